package org.m2mx.sip.registrar;

import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.binding.OutOfOrderException;
import org.m2mx.registry.binding.TooManyBindingsException;
import org.m2mx.registry.schema.Schema;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.ServerName;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.authentication.Identity;

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

  private static final Set<String> EXTENSIONS = Set.of("outbound");

  /** RFC 3261 section 20.17: always GMT. */
  private static final DateTimeFormatter SIP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  @Inject private transient Schema schema;
  @Inject private transient Authentication authentication;
  @Inject private transient Bindings bindings;
  @Inject private transient ExpiryPolicy expiryPolicy;
  @Inject private transient Clock clock;
  @Inject private transient ServerName serverName;

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
      request.getApplicationSession().invalidate();
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
    if (Answers.refusesExtensions(request, "Require", EXTENSIONS)
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
      List<Binding> live =
          register(aor, RegisterRequest.of(request, expiryPolicy), clock.instant());
      accept(request, aor, live);
    } catch (IntervalTooBriefException tooBrief) {
      SipServletResponse response =
          request.createResponse(SipServletResponse.SC_INTERVAL_TOO_BRIEF);
      response.setHeader("Min-Expires", Long.toString(tooBrief.minExpires()));
      response.send();
    } catch (ServletParseException | IllegalArgumentException wrong) {
      refuse(request, aor, SipServletResponse.SC_BAD_REQUEST, wrong);
    } catch (OutOfOrderException late) {
      refuse(request, aor, SipServletResponse.SC_SERVER_INTERNAL_ERROR, late);
    } catch (TooManyBindingsException tooMany) {
      refuse(request, aor, SipServletResponse.SC_FORBIDDEN, tooMany);
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
    Instant now = clock.instant();
    SipServletResponse response = request.createResponse(SipServletResponse.SC_OK);
    for (Binding binding : live) {
      response.addHeader("Contact", contact(binding, now));
    }
    response.setHeader("Date", SIP_DATE.format(now));
    response.setHeader("Server", serverName.toString());
    if (live.stream().anyMatch(binding -> binding.regId() != null)) {
      // RFC 5626 section 6: tells the device that its flows are used.
      response.setHeader("Require", "outbound");
    }
    response.send();
    LOG.log(
        Level.INFO,
        "REGISTER {0} from {1}: {2} bindings, Call-ID {3}",
        aor,
        request.getRemoteAddr(),
        live.size(),
        request.getCallId());
  }

  private static String contact(Binding binding, Instant now) {
    StringBuilder contact = new StringBuilder("<").append(binding.contact()).append('>');
    if (binding.q() != null) {
      contact.append(";q=").append(binding.q() / 1000.0);
    }
    if (binding.instanceId() != null) {
      contact.append(";+sip.instance=\"<").append(binding.instanceId()).append(">\"");
    }
    if (binding.regId() != null) {
      contact.append(";reg-id=").append(binding.regId());
    }
    return contact.append(";expires=").append(binding.remaining(now).toSeconds()).toString();
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
