package org.m2mx.sip.authentication;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.registry.guard.Guard;
import org.m2mx.registry.guard.Reception;
import org.m2mx.registry.guard.ShutOut;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.LateAnswers;
import org.m2mx.sip.edge.EdgeProxies;
import org.m2mx.sipcontainer.flow.Flow;

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

  private static final String INFO = "org.m2mx.sip.authentication.info";

  private final DigestAuthenticator authenticator;
  private final ProvenFlows flows;
  private final Guard guard;
  private final EdgeProxies edgeProxies;
  private final LateAnswers lateAnswers;
  private final Clock clock;

  /**
   * @param authenticator checks credentials
   * @param flows whose connections are whose
   * @param guard counts wrong proofs
   * @param edgeProxies know where requests come from that they pass on
   * @param lateAnswers slow down who guesses
   * @param clock the time
   */
  @Inject
  public Authentication(
      DigestAuthenticator authenticator,
      ProvenFlows flows,
      Guard guard,
      EdgeProxies edgeProxies,
      LateAnswers lateAnswers,
      Clock clock) {
    this.authenticator = authenticator;
    this.flows = flows;
    this.guard = guard;
    this.edgeProxies = edgeProxies;
    this.lateAnswers = lateAnswers;
    this.clock = clock;
  }

  /**
   * Has the sender prove that it is {@code claimed}. If it has not, the request is answered, or
   * will be: with a challenge, with 403 when it is somebody else, with 503 when it has guessed too
   * often. The session of an answered request ends with {@link LateAnswers#end}.
   *
   * @param request neither ACK nor CANCEL
   * @param claimed who the sender says it is
   * @param asker who wants to know
   * @return whether it is proven; otherwise there is nothing left to do
   * @throws IOException if the answer cannot be sent
   */
  public boolean proves(SipServletRequest request, Aor claimed, Asker asker) throws IOException {
    Flow flow = Flow.of(request);
    Optional<Aor> owner = flows.owner(flow);
    if (owner.isPresent() && !owner.get().equals(claimed)) {
      refuseImpostor(
          request, asker, claimed, owner.get(), "this connection is that of another name");
      return false;
    }
    List<String> credentials = new ArrayList<>();
    request.getHeaders(asker.header).forEachRemaining(credentials::add);
    Verdict verdict =
        authenticator.authenticate(
            credentials, claimed.domain(), request.getMethod(), request.getRequestURI().toString());
    if (verdict instanceof Verdict.Proven proven) {
      if (!proven.aor().equals(claimed)) {
        refuseImpostor(
            request, asker, claimed, proven.aor(), "the credentials are not those of " + claimed);
        return false;
      }
      Optional<ShutOut> shutOut = guard.right(claimed, edgeProxies.source(request));
      // Who is known on this very connection cannot be the one who guesses.
      if (owner.isEmpty() && shutOut.isPresent()) {
        putOff(request, asker, claimed, shutOut.get());
        return false;
      }
      if (owner.isEmpty()) {
        flows.proven(flow, claimed);
      }
      request.setAttribute(INFO, proven.info());
      return true;
    } else if (verdict instanceof Verdict.Wrong wrong) {
      receiveWrong(request, asker, claimed, wrong.account());
    } else if (verdict instanceof Verdict.Unproven unproven) {
      log(Level.DEBUG, request, asker, claimed, unproven.reason());
      challenge(request, asker, claimed, unproven.stale()).send();
    }
    return false;
  }

  /**
   * Shows a sender that {@link #proves} let through that this server knows its password too (RFC
   * 7616 section 3.5).
   *
   * @param response to be sent to it, final
   */
  public void authenticate(SipServletResponse response) {
    response.setHeader("Authentication-Info", (String) response.getRequest().getAttribute(INFO));
  }

  private void receiveWrong(SipServletRequest request, Asker asker, Aor claimed, Aor account)
      throws IOException {
    log(Level.INFO, request, asker, claimed, "wrong password or unknown user " + account);
    Reception reception = guard.wrong(account, edgeProxies.source(request));
    if (reception.shutOut().isPresent()) {
      putOff(request, asker, claimed, reception.shutOut().get());
    } else {
      lateAnswers.send(challenge(request, asker, claimed, false), reception.delay());
    }
  }

  private void refuseImpostor(
      SipServletRequest request, Asker asker, Aor claimed, Aor really, String text)
      throws IOException {
    log(Level.WARNING, request, asker, claimed, "is really " + really);
    Reception reception = guard.wrong(claimed, edgeProxies.source(request));
    lateAnswers.send(
        Answers.refusal(request, SipServletResponse.SC_FORBIDDEN, text + ": use your own name"),
        reception.delay());
  }

  private void putOff(SipServletRequest request, Asker asker, Aor claimed, ShutOut shutOut)
      throws IOException {
    log(Level.INFO, request, asker, claimed, "shut out until " + shutOut.until());
    Duration wait = shutOut.remaining(clock.instant());
    Answers.putOff(
        request, wait, "too many wrong passwords: try again in " + wait.toSeconds() + " s");
  }

  private SipServletResponse challenge(
      SipServletRequest request, Asker asker, Aor claimed, boolean stale) {
    return Answers.challenge(
        request, asker.status, authenticator.challenges(claimed.domain(), stale));
  }

  private void log(
      Level level, SipServletRequest request, Asker asker, Aor claimed, String reason) {
    LOG.log(
        level,
        "{0} as {1} from {2} not let through by the {3}: {4}, Call-ID {5}",
        request.getMethod(),
        claimed,
        edgeProxies.source(request),
        asker,
        reason,
        request.getCallId());
  }
}
