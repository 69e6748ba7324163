package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipURI;
import org.m2mx.registry.Aor;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.authentication.Authentication;
import org.m2mx.sip.authentication.Authentication.Asker;
import org.m2mx.sip.authentication.Identity;

/**
 * What a request that begins something must be, whoever it is meant for (RFC 3261 section 16.3).
 * Nothing here may depend on the callee: who is refused must not learn of it whether there is one.
 */
@Singleton
public class Admission {
  private final Authentication authentication;
  private final Loops loops;
  private final SessionTimers sessionTimers;

  /**
   * @param authentication tells who sends it
   * @param loops knows what comes round again
   * @param sessionTimers knows which refreshes are too frequent
   */
  @Inject
  public Admission(Authentication authentication, Loops loops, SessionTimers sessionTimers) {
    this.authentication = authentication;
    this.loops = loops;
    this.sessionTimers = sessionTimers;
  }

  /**
   * Admits a request or answers it.
   *
   * @param request initial, neither ACK nor CANCEL
   * @param extensionHeader the header that names the extensions we would have to know
   * @return who sends it; empty when it is answered
   * @throws IOException if the answer cannot be sent
   */
  public Optional<Aor> admit(SipServletRequest request, String extensionHeader) throws IOException {
    if (!(request.getRequestURI() instanceof SipURI)) {
      return answered(request, SipServletResponse.SC_UNSUPPORTED_URI_SCHEME);
    }
    if (request.getMaxForwards() == 0) {
      return answered(request, SipServletResponse.SC_TOO_MANY_HOPS);
    }
    if (loops.isOneOf(request)) {
      return answered(request, SipServletResponse.SC_LOOP_DETECTED);
    }
    if (Answers.refusesExtensions(request, extensionHeader, Set.of())) {
      return Optional.empty();
    }
    if (request.getTo().getParameter("tag") != null) {
      // It belongs to a dialog, and to none that we know (RFC 3261 section 12.2.2).
      return answered(request, SipServletResponse.SC_CALL_LEG_DONE);
    }
    Aor sender;
    try {
      sender = Identity.from(request);
    } catch (IllegalArgumentException notAnAor) {
      Answers.refuse(request, SipServletResponse.SC_BAD_REQUEST, "From: " + notAnAor.getMessage());
      return Optional.empty();
    }
    if (!authentication.proves(request, sender, Asker.RELAY)) {
      return Optional.empty();
    }
    if (request.getHeader("Route") != null) {
      Answers.refuse(
          request, SipServletResponse.SC_FORBIDDEN, "no Route beyond this server: leave it out");
      return Optional.empty();
    }
    return sessionTimers.refuse(request) ? Optional.empty() : Optional.of(sender);
  }

  private static Optional<Aor> answered(SipServletRequest request, int status) throws IOException {
    request.createResponse(status).send();
    return Optional.empty();
  }
}
