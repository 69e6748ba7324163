package org.m2mx.sip.registrar;

import jakarta.enterprise.event.Event;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.binding.BindingsUnavailableException;
import org.m2mx.registry.binding.OutOfOrderException;
import org.m2mx.registry.binding.TooManyBindingsException;
import org.m2mx.registry.schema.Schema;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.LateAnswers;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.authentication.Identity;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * The registrar (RFC 3261 section 10.3): binds a subscriber's AOR to the connections its devices
 * hold open to us.
 *
 * <p>The 200 is sent after the database has committed: what a device was told is true even if the
 * server is killed at once.
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

  /** No request shall find the tables unmade, or what expired while the server was down. */
  @Override
  public void init() {
    schema.ready();
    bindings.removeExpired(clock.instant());
  }

  @Override
  protected void doRegister(SipServletRequest request) throws IOException, ServletParseException {
    try {
      answer(request);
    } finally {
      // A registration is no dialog; its session would only wait for its end.
      LateAnswers.end(request);
    }
  }

  private void answer(SipServletRequest request) throws IOException, ServletParseException {
    Aor aor;
    try {
      aor = Identity.to(request);
    } catch (IllegalArgumentException notAnAor) {
      Answers.refuse(request, SipServletResponse.SC_BAD_REQUEST, "To: " + notAnAor.getMessage());
      return;
    }
    if (Answers.refusesExtensions(request, "Require", Acceptance.EXTENSIONS)
        || !authentication.proves(request, aor, Asker.REGISTRAR)) {
      return;
    }
    if (!sends(request, aor)) {
      Answers.refuse(
          request,
          SipServletResponse.SC_FORBIDDEN,
          "nobody registers for another: From must be To");
      return;
    }
    try {
      if (paths.refuse(request)) {
        return;
      }
      List<Binding> live =
          register(aor, RegisterRequest.of(request, aor, expiryPolicy), clock.instant());
      endWithItsConnection(request);
      accept(request, aor, live);
      changes.fire(new RegistrationChanged(aor));
    } catch (IntervalTooBriefException tooBrief) {
      SipServletResponse response =
          request.createResponse(SipServletResponse.SC_INTERVAL_TOO_BRIEF);
      response.setHeader("Min-Expires", Long.toString(tooBrief.minExpires()));
      response.send();
    } catch (ServletParseException | IllegalArgumentException wrong) {
      refuse(request, aor, SipServletResponse.SC_BAD_REQUEST, wrong);
    } catch (OutOfOrderException late) {
      refuse(request, aor, SipServletResponse.SC_SERVER_INTERNAL_ERROR, late);
    } catch (TooManyBindingsException | ForbiddenContactException forbidden) {
      refuse(request, aor, SipServletResponse.SC_FORBIDDEN, forbidden);
    } catch (BindingsUnavailableException unavailable) {
      LOG.log(
          Level.ERROR,
          "REGISTER {0} refused with 503: {1}, Call-ID {2}",
          aor,
          unavailable.getMessage(),
          request.getCallId());
      SipServletResponse response =
          request.createResponse(SipServletResponse.SC_SERVICE_UNAVAILABLE);
      response.setHeader("Retry-After", RETRY_AFTER);
      response.send();
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

  private List<Binding> register(Aor aor, RegisterRequest request, Instant now) {
    if (request.removesAll()) {
      bindings.removeAll(aor, request.registration().callId(), request.registration().cseq(), now);
      return List.of();
    }
    return bindings.register(aor, request.registration(), now);
  }

  private void accept(SipServletRequest request, Aor aor, List<Binding> live)
      throws IOException, ServletParseException {
    SipServletResponse response = acceptance.of(request, live);
    authentication.authenticate(response);
    response.send();
    LOG.log(
        Level.INFO,
        "REGISTER {0} from {1}: {2} bindings, Call-ID {3}",
        aor,
        request.getRemoteAddr(),
        live.size(),
        request.getCallId());
  }

  private static void refuse(SipServletRequest request, Aor aor, int status, Exception why)
      throws IOException {
    LOG.log(
        Level.INFO,
        "REGISTER {0} refused with {1}: {2}, Call-ID {3}",
        aor,
        status,
        why.getMessage(),
        request.getCallId());
    Answers.refuse(request, status, why.getMessage());
  }
}
