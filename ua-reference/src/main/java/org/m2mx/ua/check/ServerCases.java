package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;
import static org.m2mx.ua.check.CheckCase.requireStatus;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.digest.DigestChallenge;

/** What is asked of a server. */
final class ServerCases {
  private static final String SDP =
      "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nt=0 0\r\n"
          + "m=application 9 TCP/TLS m2mx\r\nc=IN IP6 2001:db8::1\r\na=setup:active\r\n"
          + "a=connection:new\r\na=fingerprint:SHA-256 "
          + "00:".repeat(31)
          + "00\r\n";

  private static final Duration QUIET = Duration.ofSeconds(1);

  /** Headers that belong to the request. */
  private static final Set<String> OF_THE_REQUEST =
      Set.of("via", "from", "to", "call-id", "cseq", "date");

  private ServerCases() {}

  static List<CheckCase> all() {
    return List.of(
        new CheckCase(
            "register",
            "RFC 3261 10.3",
            "a REGISTER with the right password is answered 200 and lists its contact",
            ServerCases::register),
        new CheckCase(
            "digest-sha-256",
            "RFC 8760 2.3",
            "the challenge is for SHA-256 or stronger, qop=auth, in the domain's realm",
            ServerCases::digest),
        new CheckCase(
            "wrong-password",
            "RFC 3261 22.2",
            "a wrong password is not accepted",
            ServerCases::wrongPassword),
        new CheckCase(
            "unknown-user-alike",
            "RFC 3261 26.2",
            "a user that does not exist is answered as a wrong password is",
            ServerCases::unknownUser),
        new CheckCase(
            "nonce-replay",
            "RFC 7616 5.12",
            "credentials that were used are not accepted again",
            ServerCases::replay),
        new CheckCase(
            "refresh", "RFC 3261 10.2.4", "a refresh keeps one binding", ServerCases::refresh),
        new CheckCase(
            "query",
            "RFC 3261 10.2.3",
            "a REGISTER without contact lists the bindings and changes none",
            ServerCases::query),
        new CheckCase(
            "removal",
            "RFC 3261 10.2.2",
            "Expires: 0 takes the binding back",
            ServerCases::removal),
        new CheckCase(
            "removal-of-all",
            "RFC 3261 10.2.2",
            "Contact: * with Expires: 0 takes all bindings back",
            ServerCases::removalOfAll),
        new CheckCase(
            "wildcard-needs-zero",
            "RFC 3261 10.3",
            "Contact: * with another Expires is answered 400",
            ServerCases::wildcard),
        new CheckCase(
            "interval-too-brief",
            "RFC 3261 10.3",
            "a lifetime that is too short is answered 423 with Min-Expires",
            ServerCases::tooBrief),
        new CheckCase(
            "keep-alive",
            "RFC 5626 4.4.1",
            "a double CRLF is answered with a CRLF",
            ServerCases::keepAlive),
        new CheckCase(
            "invite-unauthenticated",
            "RFC 3261 22.3",
            "an INVITE without credentials is answered 407",
            ServerCases::unauthenticated),
        new CheckCase(
            "from-of-another",
            "RFC 3261 26.3.2",
            "an INVITE in another's name is refused",
            ServerCases::fromOfAnother),
        new CheckCase(
            "concealment",
            "RFC 3261 26.2",
            "who may not call a user hears the same as of nobody",
            ServerCases::concealment),
        new CheckCase(
            "offline",
            "RFC 3261 21.4.18",
            "a permitted caller hears 480 of a user who is not registered",
            ServerCases::offline),
        new CheckCase(
            "call",
            "RFC 3261 16",
            "INVITE, 180, 200, ACK and BYE pass, record-routed",
            ServerCases::call),
        new CheckCase(
            "retransmission",
            "RFC 3261 17.2.1",
            "an INVITE that comes twice goes out once",
            ServerCases::retransmission),
        new CheckCase(
            "cancel",
            "RFC 3261 9.2",
            "CANCEL is answered 200, reaches the callee, and the INVITE ends with 487",
            ServerCases::cancel),
        new CheckCase(
            "cancel-race",
            "RFC 3261 9.1",
            "a 200 that crosses a CANCEL reaches the caller",
            ServerCases::cancelRace),
        new CheckCase(
            "fork",
            "RFC 3261 16.7",
            "an INVITE reaches both of a user's devices; when one answers, the other is cancelled",
            ServerCases::fork),
        new CheckCase(
            "refusal", "RFC 3261 16.7", "a callee's 486 reaches the caller", ServerCases::refusal),
        new CheckCase(
            "proxy-require",
            "RFC 3261 16.3",
            "an unknown Proxy-Require is answered 420 with Unsupported",
            ServerCases::proxyRequire));
  }

  private static SipText registered(Party party)
      throws CheckFailure, IOException, InterruptedException {
    SipText ok = party.authorized(party.register(600));
    requireStatus(ok, 200);
    return ok;
  }

  private static boolean lists(SipText response, Party party) {
    String at = "@" + party.contact().split("@", 2)[1].split(";", 2)[0];
    return response.all("contact").stream().anyMatch(contact -> contact.contains(at));
  }

  private static void unregister(Party party)
      throws CheckFailure, IOException, InterruptedException {
    party.authorized(party.register(0).authorize("Authorization"));
  }

  private static void register(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    SipText ok = registered(own);
    require(lists(ok, own), "the 200 does not list the contact that was registered");
    require(
        ok.all("contact").stream().anyMatch(contact -> contact.contains("expires="))
            || !ok.header("expires").isEmpty(),
        "the 200 does not say how long the binding holds");
    unregister(own);
  }

  private static void digest(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    SipText challenge = own.exchange(own.register(600));
    requireStatus(challenge, 401);
    List<DigestChallenge> challenges = Party.challenges(challenge);
    require(!challenges.isEmpty(), "the 401 holds no Digest challenge");
    require(
        challenges.get(0).answerable().isPresent(),
        "the first challenge is for "
            + challenges.get(0).algorithm()
            + " and "
            + challenges.get(0).qop());
    require(
        challenges.stream().allMatch(one -> one.realm().equalsIgnoreCase(own.aor().domain())),
        "the realm is not the domain " + own.aor().domain());
  }

  private static Account guess(Account account, String user) {
    return new Account(
        new Aor(user, account.aor().domain()),
        account.password() + Party.token(),
        account.server(),
        account.trustAnchors());
  }

  private static void wrongPassword(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Account own = bench.participants().own();
    Party guesser = bench.party(guess(own, own.aor().user()));
    requireStatus(guesser.authorized(guesser.register(600)), 401, 403);
  }

  private static void unknownUser(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Account own = bench.participants().own();
    Party wrong = bench.party(guess(own, own.aor().user()));
    Party nobody = bench.party(guess(own, "nobody-" + Party.token()));
    SipText first = nobody.exchange(nobody.register(600));
    requireStatus(first, 401);
    SipText toWrong = wrong.authorized(wrong.register(600));
    SipText toNobody = nobody.authorized(nobody.register(600));
    require(
        toWrong.startLine().equals(toNobody.startLine()),
        "a wrong password is answered \""
            + toWrong.startLine()
            + "\", nobody \""
            + toNobody.startLine()
            + "\"");
  }

  private static void replay(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    Party.Draft register = own.register(600);
    SipText challenge = own.exchange(register);
    require(own.answerChallenge(register, challenge), "there is no challenge to answer");
    requireStatus(own.exchange(register), 200);
    register.renew();
    requireStatus(own.exchange(register), 401, 403);
    unregister(own);
  }

  private static void refresh(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    registered(own);
    SipText again = own.authorized(own.register(600).authorize("Authorization"));
    requireStatus(again, 200);
    String at = own.contact().split("@", 2)[1].split(";", 2)[0];
    long listed = again.all("contact").stream().filter(one -> one.contains(at)).count();
    require(listed == 1, "the 200 lists the contact " + listed + " times");
    unregister(own);
  }

  private static void query(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    registered(own);
    SipText list = own.authorized(own.query().authorize("Authorization"));
    requireStatus(list, 200);
    require(lists(list, own), "the 200 does not list the binding");
    unregister(own);
  }

  private static void removal(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    registered(own);
    SipText removed = own.authorized(own.register(0).authorize("Authorization"));
    requireStatus(removed, 200);
    SipText list = own.authorized(own.query().authorize("Authorization"));
    requireStatus(list, 200);
    require(!lists(list, own), "the binding is still there");
  }

  private static void removalOfAll(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    registered(own);
    SipText removed =
        own.authorized(
            own.query().with("Contact: *").with("Expires: 0").authorize("Authorization"));
    requireStatus(removed, 200);
    require(removed.all("contact").isEmpty(), "bindings are still there");
  }

  private static void wildcard(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    registered(own);
    SipText response =
        own.authorized(
            own.query().with("Contact: *").with("Expires: 60").authorize("Authorization"));
    requireStatus(response, 400);
    unregister(own);
  }

  private static void tooBrief(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    SipText response = own.authorized(own.register(1));
    if (response.status() == 200) {
      throw new CheckSkipped("the server grants 1 s");
    }
    requireStatus(response, 423);
    require(!response.header("min-expires").isEmpty(), "the 423 has no Min-Expires");
  }

  private static void keepAlive(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    require(own.flow().ping(bench.participants().patience()), "no CRLF came back");
  }

  private static void unauthenticated(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    SipText response = own.exchange(own.invite(own.aor(), SDP));
    requireStatus(response, 407, 401);
    require(!Party.challenges(response).isEmpty(), "there is no Digest challenge in it");
  }

  private static void fromOfAnother(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    Aor other = new Aor("nobody-" + Party.token(), own.aor().domain());
    Party.Draft invite = own.invite(own.aor(), SDP).from("<" + other + ">;tag=" + Party.token());
    SipText response = own.authorized(invite);
    require(
        response.status() >= 400,
        "an INVITE from " + other + " was answered \"" + response.startLine() + "\"");
  }

  private static void concealment(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    registered(own);
    Party stranger = bench.stranger();
    Aor nobody = new Aor("nobody-" + Party.token(), own.aor().domain());
    SipText toOwn = stranger.authorized(stranger.invite(own.aor(), SDP));
    SipText toNobody = stranger.authorized(stranger.invite(nobody, SDP));
    requireStatus(toOwn, 404);
    require(
        shape(toOwn).equals(shape(toNobody)),
        "the two answers differ: " + shape(toOwn) + " and " + shape(toNobody));
    require(
        !own.comes(QUIET, message -> !message.isResponse()), "the stranger's INVITE came through");
    unregister(own);
  }

  private static List<String> shape(SipText response) {
    return Stream.concat(
            Stream.of(response.startLine()),
            response.headers().stream()
                .map(
                    header ->
                        OF_THE_REQUEST.contains(header.getKey().toLowerCase(Locale.ROOT))
                            ? header.getKey()
                            : header.getKey() + ": " + header.getValue()))
        .toList();
  }

  private static void offline(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Account peer = Bench.given(bench.participants().peer(), "--peer");
    Party own = bench.own();
    requireStatus(own.authorized(own.invite(peer.aor(), SDP)), 480);
  }

  /** An INVITE that rings at the peer. */
  private record Ringing(Party own, Party peer, Party.Draft invite, SipText there) {}

  private static Ringing ring(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party peer = bench.peer();
    registered(peer);
    Party own = bench.own();
    Party.Draft invite = own.invite(peer.aor(), SDP);
    own.inviteAuthorized(invite);
    SipText there = peer.awaitRequest("INVITE");
    peer.answer(there, 180, "Ringing", "");
    own.awaitProvisional(invite, 180);
    return new Ringing(own, peer, invite, there);
  }

  private static void hangUp(Ringing call, SipText ok)
      throws CheckFailure, IOException, InterruptedException {
    Party.Draft bye = call.own().within(call.invite(), ok, "BYE");
    SipText there = call.own().deliver(bye, call.peer());
    call.peer().answer(there, 200, "OK", "");
    requireStatus(call.own().awaitFinal(bye), 200);
  }

  /** The caller takes the 200, the peer gets the ACK, and the caller ends the call. */
  private static void acknowledgeAndHangUp(Ringing call)
      throws CheckFailure, IOException, InterruptedException {
    SipText ok = call.own().awaitFinal(call.invite());
    requireStatus(ok, 200);
    call.own().send(call.own().within(call.invite(), ok, "ACK"));
    call.peer().awaitRequest("ACK");
    hangUp(call, ok);
  }

  private static void call(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Ringing call = ring(bench);
    require(!call.there().header("record-route").isEmpty(), "the INVITE came without Record-Route");
    require(call.there().all("via").size() >= 2, "the INVITE came without the server's Via");
    require(call.there().body().equals(SDP), "the session description was changed on its way");
    call.peer().answer(call.there(), 200, "OK", SDP);
    acknowledgeAndHangUp(call);
    unregister(call.peer());
  }

  private static void retransmission(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Ringing call = ring(bench);
    call.own().send(call.invite());
    // What a server passes on in the order in which it came is there once these are answered.
    requireStatus(call.own().authorized(call.own().query()), 200);
    requireStatus(call.peer().authorized(call.peer().query()), 200);
    require(
        !call.peer()
            .comes(QUIET, message -> !message.isResponse() && message.method().equals("INVITE")),
        "the INVITE came to the callee twice");
    call.peer().answer(call.there(), 486, "Busy Here", "");
    requireStatus(call.own().awaitFinal(call.invite()), 486);
    unregister(call.peer());
  }

  private static void cancel(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Ringing call = ring(bench);
    Party.Draft cancel =
        call.own().request("CANCEL", call.peer().aor().toString()).of(call.invite());
    call.own().send(cancel);
    SipText there = call.peer().awaitRequest("CANCEL");
    call.peer().answer(there, 200, "OK", "");
    call.peer().answer(call.there(), 487, "Request Terminated", "");
    requireStatus(call.own().awaitFinal(cancel), 200);
    requireStatus(call.own().awaitFinal(call.invite()), 487);
    unregister(call.peer());
  }

  private static void cancelRace(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Ringing call = ring(bench);
    call.peer().answer(call.there(), 200, "OK", SDP);
    call.own().send(call.own().request("CANCEL", call.peer().aor().toString()).of(call.invite()));
    acknowledgeAndHangUp(call);
    unregister(call.peer());
  }

  private static void fork(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party first = bench.peer();
    registered(first);
    Party second = bench.peer();
    registered(second);
    Party own = bench.own();
    Party.Draft invite = own.invite(first.aor(), SDP);
    own.inviteAuthorized(invite);
    SipText atFirst = first.awaitRequest("INVITE");
    SipText atSecond = second.awaitRequest("INVITE");
    first.answer(atFirst, 180, "Ringing", "");
    second.answer(atSecond, 180, "Ringing", "");
    first.answer(atFirst, 200, "OK", SDP);
    SipText cancel = second.awaitRequest("CANCEL");
    second.answer(cancel, 200, "OK", "");
    second.answer(atSecond, 487, "Request Terminated", "");
    acknowledgeAndHangUp(new Ringing(own, first, invite, atFirst));
    unregister(first);
    unregister(second);
  }

  private static void refusal(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Ringing call = ring(bench);
    call.peer().answer(call.there(), 486, "Busy Here", "");
    requireStatus(call.own().awaitFinal(call.invite()), 486);
    unregister(call.peer());
  }

  private static void proxyRequire(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Account peer = Bench.given(bench.participants().peer(), "--peer");
    Party own = bench.own();
    SipText response =
        own.authorized(own.invite(peer.aor(), SDP).with("Proxy-Require: no-such-extension"));
    requireStatus(response, 420);
    require(
        response.header("unsupported").contains("no-such-extension"),
        "the 420 does not say what is unsupported");
  }
}
