package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.message.SIPRequest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.servlet.sip.SipURI;
import javax.sip.address.Address;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.ProxyRequireHeader;
import javax.sip.header.RequireHeader;
import javax.sip.header.RouteHeader;
import org.m2mx.sipcontainer.security.Challenge;
import org.m2mx.sipcontainer.security.Challenger;
import org.m2mx.sipcontainer.security.UnauthenticatedRequest;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.address.SipURIImpl;

/**
 * Challenges who brings no credentials, and forgets about it (RFC 3261 sections 8.2.7 and
 * 26.3.2.4).
 */
final class StatelessChallenges {
  /** Credentials, and what may have to be answered otherwise. */
  private static final List<String> FOR_A_CLOSER_LOOK =
      List.of(
          AuthorizationHeader.NAME,
          ProxyAuthorizationHeader.NAME,
          RouteHeader.NAME,
          RequireHeader.NAME,
          ProxyRequireHeader.NAME);

  private final Challenger challenger;
  private final StatelessAnswers answers;

  StatelessChallenges(Challenger challenger, StatelessAnswers answers) {
    this.challenger = challenger;
    this.answers = answers;
  }

  /**
   * Answers who is to be challenged.
   *
   * @param request plain, well in itself ({@link RequestCheck}), and of no transaction
   * @return whether it has been answered
   */
  boolean answer(SIPRequest request, SipChannel channel) throws IOException {
    Optional<Challenge> challenge = challenge(request, channel);
    if (challenge.isPresent()) {
      answers.challenge(request, challenge.get(), channel);
    }
    return challenge.isPresent();
  }

  /** Whether nothing about a request wants a closer look than this. */
  static boolean isPlain(SIPRequest request) {
    return request.getToTag() == null
        && RequestCheck.isAnswered(request.getMethod())
        && request.getViaHeaders().size() == 1
        && (request.getMaxForwards() == null || request.getMaxForwards().getMaxForwards() > 0)
        && FOR_A_CLOSER_LOOK.stream().noneMatch(name -> request.getHeader(name) != null);
  }

  private Optional<Challenge> challenge(SIPRequest request, SipChannel channel) {
    Optional<SipURI> from = uri(request.getFrom().getAddress());
    Optional<SipURI> to = uri(request.getTo().getAddress());
    return from.isEmpty() || to.isEmpty()
        ? Optional.empty()
        : challenger.challenge(
            new UnauthenticatedRequest(request.getMethod(), from.get(), to.get(), channel.flow()));
  }

  private static Optional<SipURI> uri(Address address) {
    return address.getURI() instanceof SipUri uri
        ? Optional.of(new SipURIImpl(uri, ModifiableRule.NotModifiable))
        : Optional.empty();
  }
}
