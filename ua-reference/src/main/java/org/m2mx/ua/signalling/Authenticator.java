package org.m2mx.ua.signalling;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ProxyAuthenticateHeader;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.WWWAuthenticateHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.digest.DigestChallenge;
import org.m2mx.ua.digest.DigestClient;

/**
 * Puts credentials on requests: those of registrars and user agents (401), and those of proxies
 * (407), which are kept apart (RFC 3261 section 22).
 */
final class Authenticator {
  private final Account account;
  private final Messages messages;
  private final DigestClient user;
  private final DigestClient proxy;

  Authenticator(Account account, Messages messages) {
    this.account = account;
    this.messages = messages;
    this.user = new DigestClient(account.aor().user(), account.password());
    this.proxy = new DigestClient(account.aor().user(), account.password());
  }

  /** Puts on a request what is known to be asked for already. */
  void authorize(Request request) {
    String method = request.getMethod();
    String uri = request.getRequestURI().toString();
    if (method.equals(Request.REGISTER)) {
      user.credentials(method, uri)
          .ifPresent(
              credentials ->
                  request.setHeader(
                      messages.header(AuthorizationHeader.NAME, credentials.headerValue())));
      return;
    }
    proxy
        .credentials(method, uri)
        .ifPresent(
            credentials ->
                request.setHeader(
                    messages.header(ProxyAuthorizationHeader.NAME, credentials.headerValue())));
  }

  /**
   * Answers the challenge of a 401 or 407.
   *
   * @param response the 401 or 407
   * @param request the request to be sent again
   * @return whether the server only found the nonce stale
   * @throws UserAgentException with reason {@code AUTHENTICATION} if there is no challenge that
   *     this user agent answers
   */
  boolean answer(Response response, Request request) throws UserAgentException {
    boolean byProxy = response.getStatusCode() == Response.PROXY_AUTHENTICATION_REQUIRED;
    DigestClient client = byProxy ? proxy : user;
    List<DigestChallenge> all = challenges(response, byProxy);
    List<DigestChallenge> ours = new ArrayList<>();
    for (DigestChallenge challenge : all) {
      // Another realm may be a callee that fishes for an answer to search the password with.
      if (challenge.realm().equalsIgnoreCase(account.aor().domain())) {
        ours.add(challenge);
      }
    }
    Optional<DigestChallenge> chosen = client.challenged(ours);
    if (chosen.isEmpty()) {
      throw new UserAgentException(
          Reason.AUTHENTICATION,
          "The server asks for a proof that this user agent does not give (" + describe(all) + ")",
          "Have the operator offer Digest SHA-256 with qop=auth in the realm "
              + account.aor().domain());
    }
    String name = byProxy ? ProxyAuthorizationHeader.NAME : AuthorizationHeader.NAME;
    String value =
        client
            .credentials(request.getMethod(), request.getRequestURI().toString())
            .orElseThrow()
            .headerValue();
    request.setHeader(messages.header(name, value));
    return chosen.get().stale();
  }

  private static String describe(List<DigestChallenge> challenges) {
    if (challenges.isEmpty()) {
      return "no Digest challenge";
    }
    return challenges.stream()
        .map(
            challenge ->
                "Digest "
                    + (challenge.algorithm() == null ? "MD5" : challenge.algorithm())
                    + " in realm "
                    + challenge.realm())
        .collect(Collectors.joining(", "));
  }

  private static List<DigestChallenge> challenges(Response response, boolean byProxy) {
    List<DigestChallenge> challenges = new ArrayList<>();
    ListIterator<?> headers =
        response.getHeaders(byProxy ? ProxyAuthenticateHeader.NAME : WWWAuthenticateHeader.NAME);
    while (headers != null && headers.hasNext()) {
      // A ProxyAuthenticateHeader is a WWWAuthenticateHeader in JAIN SIP.
      WWWAuthenticateHeader header = (WWWAuthenticateHeader) headers.next();
      if ("Digest".equalsIgnoreCase(header.getScheme())
          && header.getRealm() != null
          && header.getNonce() != null) {
        challenges.add(
            new DigestChallenge(
                header.getRealm(),
                header.getNonce(),
                header.getOpaque(),
                header.getAlgorithm(),
                qop(header.getQop()),
                header.isStale()));
      }
    }
    return challenges;
  }

  private static Set<String> qop(String list) {
    return list == null
        ? Set.of()
        : Arrays.stream(list.split(","))
            .map(String::strip)
            .collect(Collectors.toCollection(LinkedHashSet::new));
  }
}
