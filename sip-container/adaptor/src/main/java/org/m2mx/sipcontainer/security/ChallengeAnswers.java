package org.m2mx.sipcontainer.security;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.servlet.sip.SipServletMessage;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ProxyAuthenticateHeader;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.WWWAuthenticateHeader;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.digest.DigestCredentials;
import org.m2mx.sipcontainer.security.KnownPasswords.Login;

/** Answers the challenges in a response, as a user agent client (RFC 3261 section 22.2). */
public final class ChallengeAnswers {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final SipServletRequest request;
  private final SipServletResponse response;
  private final KnownPasswords passwords;

  /**
   * @param request to be sent again
   * @param response the challenge, 401 or 407
   * @param passwords to answer it with
   */
  public ChallengeAnswers(
      SipServletRequest request, SipServletResponse response, KnownPasswords passwords) {
    this.request = request;
    this.response = response;
    this.passwords = passwords;
  }

  /**
   * Adds the proofs to the request; those it has for the same realms go.
   *
   * @throws SecurityException when a realm's password is not known, or none of its challenges is
   *     digest by an algorithm and with a protection that this container knows
   */
  public void add() {
    int answered =
        answer(WWWAuthenticateHeader.NAME, AuthorizationHeader.NAME)
            + answer(ProxyAuthenticateHeader.NAME, ProxyAuthorizationHeader.NAME);
    if (answered == 0) {
      throw new SecurityException(
          "the %d holds no challenge that can be answered: expected Digest with qop=auth and SHA-512-256, SHA-256 or MD5"
              .formatted(response.getStatus()));
    }
  }

  private int answer(String challengeHeader, String credentialsHeader) {
    List<DigestChallenge> challenges =
        values(response, challengeHeader).stream()
            .map(DigestChallenge::parse)
            .flatMap(Optional::stream)
            .toList();
    Set<String> realms =
        challenges.stream()
            .map(DigestChallenge::realm)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    for (String realm : realms) {
      // RFC 8760 section 2.4 lets a policy of one's own choose: who moves the order of the
      // challenges about shall not get the weakest proof.
      DigestChallenge challenge =
          challenges.stream()
              .filter(c -> c.realm().equals(realm))
              .min(Comparator.comparing(DigestChallenge::algorithm))
              .orElseThrow();
      replace(credentialsHeader, realm, proof(challenge));
    }
    return realms.size();
  }

  private String proof(DigestChallenge challenge) {
    Login login =
        passwords
            .find(response.getStatus(), challenge.realm())
            .orElseThrow(
                () ->
                    new SecurityException(
                        "no password is known for the realm " + challenge.realm()));
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return challenge.answer(
        login.username(),
        login.password(),
        request.getMethod(),
        request.getRequestURI().toString(),
        HexFormat.of().formatHex(random));
  }

  private void replace(String header, String realm, String value) {
    List<String> others =
        values(request, header).stream()
            .filter(
                old ->
                    DigestCredentials.parse(old)
                        .filter(credentials -> credentials.realm().equals(realm))
                        .isEmpty())
            .toList();
    request.removeHeader(header);
    others.forEach(old -> request.addHeader(header, old));
    request.addHeader(header, value);
  }

  private static List<String> values(SipServletMessage message, String header) {
    List<String> values = new ArrayList<>();
    for (Iterator<String> all = message.getHeaders(header); all.hasNext(); ) {
      values.add(all.next());
    }
    return values;
  }
}
