package org.m2mx.sip.registrar;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.binding.OutOfOrderException;
import org.m2mx.registry.binding.Registration;
import org.m2mx.registry.binding.TooManyBindingsException;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.schema.Schema;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.LateAnswers;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.authentication.Identity;
import org.m2mx.sip.registrar.CommitPlaces.Place;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * The registrar (RFC 3261 section 10.3): binds a subscriber's AOR to the connections its devices
 * hold open to us.
 *
 * <p>The 200 is sent after the database has committed: what a device was told is true even if the
 * server is killed at once. No thread waits for the commit.
 */
public class RegistrarServlet extends SipServlet {
  private static final long serialVersionUID = 1;
  private static final Logger LOG = System.getLogger(RegistrarServlet.class.getName());

  /** Seconds; a database that is down will not be up at once. */
  private static final String RETRY_AFTER = "10";

  @Inject private transient Schema schema;
  @Inject private transient Authentication authentication;
  @Inject private transient Bindings bindings;
  @Inject private transient ExpiryPolicy expiryPolicy;
  @Inject private transient Event<RegistrationChanged> changes;
  @Inject private transient Clock clock;
  @Inject private transient Paths paths;
  @Inject private transient Acceptance acceptance;
  @Inject private transient Continuations continuations;
  @Inject private transient CommitPlaces places;
  @Inject private transient ServiceMeters meters;

  /** No request shall find the tables unmade, or what expired while the server was down. */
  @Override
  public void init() {
    schema.ready();
    bindings.removeExpired(clock.instant());
  }

  @Override
  protected void doRegister(SipServletRequest request) throws IOException {
    boolean underWay = false;
    try {
      Optional<Aor> registrant = registrant(request);
      if (registrant.isPresent()) {
        underWay = begin(request, registrant.get());
      }
    } finally {
      if (!underWay) {
        end(request);
      }
    }
  }

  /** A registration is no dialog; its session would only wait for its end. */
  private static void end(SipServletRequest request) {
    LateAnswers.end(request);
  }

  /** Who registers; empty when the request has been answered, or will be. */
  private Optional<Aor> registrant(SipServletRequest request) throws IOException {
    Aor aor;
    try {
      aor = Identity.to(request);
    } catch (IllegalArgumentException notAnAor) {
      Answers.refuse(request, SipServletResponse.SC_BAD_REQUEST, "To: " + notAnAor.getMessage());
      return Optional.empty();
    }
    if (Answers.refusesExtensions(request, "Require", Acceptance.EXTENSIONS)
        || !authentication.proves(request, aor, Asker.REGISTRAR)) {
      return Optional.empty();
    }
    if (!sends(request, aor)) {
      Answers.refuse(
          request,
          SipServletResponse.SC_FORBIDDEN,
          "nobody registers for another: From must be To");
      return Optional.empty();
    }
    if (!Identity.isOfDomain(request.getRequestURI(), aor.domain())) {
      // RFC 3261 section 10.3 step 5.
      Answers.refuse(
          request,
          SipServletResponse.SC_NOT_FOUND,
          "To is not of the domain that is asked: REGISTER sip:" + aor.domain());
      return Optional.empty();
    }
    return Optional.of(aor);
  }

  /** Returns whether the request will be answered after the commit. */
  private boolean begin(SipServletRequest request, Aor aor) throws IOException {
    try {
      if (paths.refuse(request)) {
        return false;
      }
      RegisterRequest register = RegisterRequest.of(request, aor, expiryPolicy);
      Optional<Place> place = places.take();
      if (place.isEmpty()) {
        putOff(request, aor, "the database does not keep up");
        return false;
      }
      try {
        Executor later = continuations.in(request.getApplicationSession());
        change(aor, register, clock.instant())
            .whenComplete(
                (live, failure) ->
                    later.execute(() -> goOn(request, aor, place.get(), live, failure)));
        return true;
      } catch (RuntimeException e) {
        place.get().giveBack();
        throw e;
      }
    } catch (ServletParseException
        | IllegalArgumentException
        | IntervalTooBriefException
        | ForbiddenContactException wrong) {
      refuse(request, aor, wrong);
      return false;
    }
  }

  private void goOn(
      SipServletRequest request, Aor aor, Place place, List<Binding> live, Throwable failure) {
    try {
      if (failure != null) {
        refuse(request, aor, failure instanceof CompletionException ? failure.getCause() : failure);
        return;
      }
      try {
        accept(request, aor, live);
      } finally {
        endWithItsConnection(request);
        changes.fire(new RegistrationChanged(aor));
      }
    } catch (ServletParseException e) {
      throw new IllegalStateException("headers that could be read before", e);
    } catch (IOException | IllegalStateException gone) {
      LOG.log(
          Level.INFO,
          "REGISTER {0} has no answer, its connection is gone: {1}, Call-ID {2}",
          aor,
          gone.getMessage(),
          request.getCallId());
    } finally {
      place.giveBack();
      end(request);
    }
  }

  /** A connection that ended while its REGISTER was at work had no binding to end yet. */
  private void endWithItsConnection(SipServletRequest request) {
    Flow flow = Flow.of(request);
    if (!flow.isOpen()) {
      bindings.removeFlow(flow.token());
    }
  }

  private static boolean sends(SipServletRequest request, Aor aor) {
    try {
      return aor.equals(Identity.from(request));
    } catch (IllegalArgumentException notAnAor) {
      return false;
    }
  }

  private CompletableFuture<List<Binding>> change(Aor aor, RegisterRequest request, Instant now) {
    Registration registration = request.registration();
    return request.removesAll()
        ? bindings.removeAll(aor, registration.callId(), registration.cseq(), now)
        : bindings.register(aor, registration, now);
  }

  private void accept(SipServletRequest request, Aor aor, List<Binding> live)
      throws IOException, ServletParseException {
    SipServletResponse response = acceptance.of(request, live);
    authentication.authenticate(response);
    response.send();
    meters.registration(ServiceMeters.Registration.ACCEPTED);
    LOG.log(
        Level.INFO,
        () ->
            ("REGISTER " + aor + " from " + request.getRemoteAddr())
                + (": " + live.size() + " bindings, Call-ID " + request.getCallId()));
  }

  private void refuse(SipServletRequest request, Aor aor, Throwable why) throws IOException {
    if (why instanceof IntervalTooBriefException tooBrief) {
      SipServletResponse response =
          request.createResponse(SipServletResponse.SC_INTERVAL_TOO_BRIEF);
      response.setHeader("Min-Expires", Long.toString(tooBrief.minExpires()));
      meters.registration(ServiceMeters.Registration.REFUSED);
      response.send();
    } else if (status(why).isPresent()) {
      log(Level.INFO, request, aor, status(why).get(), why.getMessage());
      meters.registration(ServiceMeters.Registration.REFUSED);
      Answers.refuse(request, status(why).get(), why.getMessage());
    } else {
      putOff(request, aor, why.getMessage());
    }
  }

  private void putOff(SipServletRequest request, Aor aor, String why) throws IOException {
    log(Level.ERROR, request, aor, SipServletResponse.SC_SERVICE_UNAVAILABLE, why);
    meters.registration(ServiceMeters.Registration.UNAVAILABLE);
    SipServletResponse response = request.createResponse(SipServletResponse.SC_SERVICE_UNAVAILABLE);
    response.setHeader("Retry-After", RETRY_AFTER);
    response.send();
  }

  /** Empty when the fault is this server's, and may pass. */
  private static Optional<Integer> status(Throwable why) {
    if (why instanceof TooManyBindingsException || why instanceof ForbiddenContactException) {
      return Optional.of(SipServletResponse.SC_FORBIDDEN);
    } else if (why instanceof NotFoundException) {
      return Optional.of(SipServletResponse.SC_NOT_FOUND);
    } else if (why instanceof OutOfOrderException) {
      return Optional.of(SipServletResponse.SC_SERVER_INTERNAL_ERROR);
    } else if (why instanceof ServletParseException || why instanceof IllegalArgumentException) {
      return Optional.of(SipServletResponse.SC_BAD_REQUEST);
    }
    return Optional.empty();
  }

  private static void log(Level level, SipServletRequest request, Aor aor, int status, String why) {
    LOG.log(
        level,
        "REGISTER {0} refused with {1}: {2}, Call-ID {3}",
        aor,
        status,
        why,
        request.getCallId());
  }
}
