package org.m2mx.sip.knock;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.LateAnswers;
import org.m2mx.sip.authentication.Identity;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Takes the questions of devices for a knock: a MESSAGE (RFC 3428) to the server of the sender's
 * own domain. Its Request-URI has no user, so that it stands in nobody's place; to everybody else
 * such a MESSAGE is one to nobody.
 */
@Singleton
public class Knocks {
  private static final Logger LOG = System.getLogger(Knocks.class.getName());

  /**
   * By then it has come, or will not. The answer comes no sooner and says no more, since behind an
   * address that is shared another customer's port may have been meant.
   */
  private static final Duration ANSWER_AFTER = Knocker.LIMIT.plusMillis(500);

  private final KnockRules rules;
  private final Knocker knocker;
  private final LateAnswers lateAnswers;
  private final ServiceMeters meters;

  /**
   * @param rules whom a knock is given
   * @param knocker gives it
   * @param lateAnswers give it time
   * @param meters tell how much is knocked
   */
  @Inject
  public Knocks(KnockRules rules, Knocker knocker, LateAnswers lateAnswers, ServiceMeters meters) {
    this.rules = rules;
    this.knocker = knocker;
    this.lateAnswers = lateAnswers;
    this.meters = meters;
  }

  /** Whether a request asks for a knock, and here is where one may ask for it. */
  public boolean wanted(SipServletRequest request, Aor sender) {
    return rules.offer()
        && "MESSAGE".equals(request.getMethod())
        && Identity.isServerOf(request.getRequestURI(), sender.domain())
        && Optional.ofNullable(request.getContentType())
            .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
            .filter(Knock.CONTENT_TYPE::equals)
            .isPresent();
  }

  /**
   * Knocks and answers, or answers why not.
   *
   * @param request that {@link #wanted} a knock
   * @param sender who asks, authenticated
   * @throws IOException if an answer cannot be sent
   */
  public void take(SipServletRequest request, Aor sender) throws IOException {
    if (Answers.refusesExtensions(request, "Require", Set.of())) {
      return;
    }
    byte[] body = request.getRawContent();
    try {
      Flow flow = Flow.of(request);
      Knock knock = rules.read(flow, body == null ? new byte[0] : body);
      knocker.knock(knock, sender, flow, request.getCallId(), () -> rules.count(sender));
      meters.knock(true);
      lateAnswers.send(request.createResponse(SipServletResponse.SC_OK), ANSWER_AFTER);
    } catch (KnockRefusedException why) {
      meters.knock(false);
      LOG.log(
          Level.INFO,
          "Knock for {0} refused with {1}: {2}, Call-ID {3}",
          sender,
          why.status(),
          why.getMessage(),
          request.getCallId());
      if (why.retryAfter().isPresent()) {
        Answers.putOff(request, why.retryAfter().get(), why.getMessage());
      } else {
        Answers.refuse(request, why.status(), why.getMessage());
      }
    }
  }
}
