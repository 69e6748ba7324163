package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sip.InvalidArgumentException;
import javax.sip.header.ContactHeader;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.digest.DigestChallenge;
import org.m2mx.ua.digest.DigestCredentials;
import org.m2mx.ua.signalling.RawFlow;

/**
 * A connection of the device under test to the check's registrar.
 *
 * @param account what the device was given
 * @param flow the connection
 * @param registrar this side of it
 */
record Visit(Account account, RawFlow flow, Party registrar) {

  SipText awaitRegister() throws CheckFailure, InterruptedException {
    return registrar.awaitRequest("REGISTER");
  }

  /** Says whether a REGISTER comes within a while; it is then still to be awaited. */
  boolean registersWithin(Duration limit) throws InterruptedException {
    return registrar.comes(limit, message -> message.method().equals("REGISTER"));
  }

  /** Answers, with further headers. */
  void answer(SipText request, String status, String... headers) throws IOException {
    StringBuilder text = new StringBuilder("SIP/2.0 " + status + "\r\n");
    request.all("via").forEach(via -> text.append("Via: ").append(via).append("\r\n"));
    text.append("From: ").append(request.header("from"));
    text.append("\r\nTo: ").append(request.header("to")).append(";tag=").append(Party.token());
    text.append("\r\nCall-ID: ").append(request.header("call-id"));
    text.append("\r\nCSeq: ").append(request.header("cseq")).append("\r\n");
    List.of(headers).forEach(header -> text.append(header).append("\r\n"));
    registrar.send(text.append("Content-Length: 0\r\n\r\n").toString());
  }

  /** Asks for a proof by SHA-256, and returns the question. */
  DigestChallenge challenge(SipText register, boolean stale) throws IOException {
    DigestChallenge challenge =
        new DigestChallenge(
            account.aor().domain(), Party.token(), null, "SHA-256", Set.of("auth"), stale);
    answer(
        register,
        "401 Unauthorized",
        "WWW-Authenticate: Digest realm=\""
            + challenge.realm()
            + "\", nonce=\""
            + challenge.nonce()
            + "\", algorithm=SHA-256, qop=\"auth\""
            + (stale ? ", stale=true" : ""));
    return challenge;
  }

  /** Fails unless a REGISTER proves the password by the answer to a challenge. */
  void requireProof(SipText register, DigestChallenge challenge) throws CheckFailure {
    Map<String, String> shown = Party.digestParameters(register.header("authorization"));
    require(!shown.isEmpty(), "the REGISTER after the 401 has no Authorization");
    for (Map.Entry<String, String> wanted :
        Map.of(
                "username", account.aor().user(),
                "realm", challenge.realm(),
                "nonce", challenge.nonce(),
                "algorithm", "SHA-256",
                "qop", "auth",
                "nc", "00000001",
                "uri", register.requestUri())
            .entrySet()) {
      require(
          wanted.getValue().equals(shown.get(wanted.getKey())),
          wanted.getKey() + " is " + shown.get(wanted.getKey()) + ", not " + wanted.getValue());
    }
    require(shown.containsKey("cnonce"), "there is no cnonce");
    DigestCredentials right =
        DigestCredentials.answer(
            account.aor().user(),
            account.password(),
            challenge,
            "REGISTER",
            register.requestUri(),
            shown.get("cnonce"),
            1);
    require(right.response().equals(shown.get("response")), "the response is wrong");
  }

  /** Registers the device: asks for its proof, which is looked at, and grants what it wants. */
  SipText register(int seconds, String... headers)
      throws CheckFailure, IOException, InterruptedException {
    DigestChallenge challenge = challenge(awaitRegister(), false);
    SipText register = awaitRegister();
    requireProof(register, challenge);
    accept(register, seconds, headers);
    return register;
  }

  /** Grants a binding. */
  void accept(SipText register, int seconds, String... headers) throws CheckFailure, IOException {
    ContactHeader contact = register.parsed(ContactHeader.class, "contact");
    try {
      contact.setExpires(seconds);
    } catch (InvalidArgumentException e) {
      throw new IllegalArgumentException("a binding of " + seconds + " s", e);
    }
    String[] all = new String[headers.length + 1];
    all[0] = contact.toString().strip();
    System.arraycopy(headers, 0, all, 1, headers.length);
    answer(register, "200 OK", all);
  }
}
