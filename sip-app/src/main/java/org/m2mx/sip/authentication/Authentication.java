package org.m2mx.sip.authentication;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.sip.answer.Answers;

/** Lets through whoever has shown to be who they say, and answers everyone else. */
@Singleton
public class Authentication {
  private static final Logger LOG = System.getLogger(Authentication.class.getName());

  /** Who asks: it decides which status and which headers are used (RFC 3261 section 22). */
  public enum Asker {
    /** The registrar, a user agent server: 401. */
    REGISTRAR(SipServletResponse.SC_UNAUTHORIZED, "Authorization"),
    /** The relay, a proxy: 407. */
    RELAY(SipServletResponse.SC_PROXY_AUTHENTICATION_REQUIRED, "Proxy-Authorization");

    private final int status;
    private final String header;

    Asker(int status, String header) {
      this.status = status;
      this.header = header;
    }
  }

  private final DigestAuthenticator authenticator;

  /**
   * @param authenticator checks credentials
   */
  @Inject
  public Authentication(DigestAuthenticator authenticator) {
    this.authenticator = authenticator;
  }

  /**
   * Has the sender prove that it is {@code claimed}. If it has not, the request is answered: with a
   * challenge, or with 403 when it proved to be somebody else.
   *
   * @param request initial, neither ACK nor CANCEL
   * @param claimed who the sender says it is
   * @param asker who wants to know
   * @return whether it is proven; otherwise there is nothing left to do
   * @throws IOException if the answer cannot be sent
   */
  public boolean proves(SipServletRequest request, Aor claimed, Asker asker) throws IOException {
    List<String> credentials = new ArrayList<>();
    request.getHeaders(asker.header).forEachRemaining(credentials::add);
    Verdict verdict =
        authenticator.authenticate(
            credentials, claimed.domain(), request.getMethod(), request.getRequestURI().toString());
    if (verdict instanceof Verdict.Proven proven && proven.aor().equals(claimed)) {
      return true;
    }
    if (verdict instanceof Verdict.Proven proven) {
      log(Level.WARNING, request, asker, claimed, "is really " + proven.aor());
      Answers.refuse(
          request,
          SipServletResponse.SC_FORBIDDEN,
          "the credentials are not those of " + claimed + ": use your own name");
    } else if (verdict instanceof Verdict.Unproven unproven) {
      Level level = credentials.isEmpty() || unproven.stale() ? Level.DEBUG : Level.INFO;
      log(level, request, asker, claimed, unproven.reason());
      Answers.challenge(
          request, asker.status, authenticator.challenges(claimed.domain(), unproven.stale()));
    }
    return false;
  }

  private static void log(
      Level level, SipServletRequest request, Asker asker, Aor claimed, String reason) {
    LOG.log(
        level,
        "{0} as {1} from {2} not let through by the {3}: {4}, Call-ID {5}",
        request.getMethod(),
        claimed,
        request.getRemoteAddr(),
        asker,
        reason,
        request.getCallId());
  }
}
