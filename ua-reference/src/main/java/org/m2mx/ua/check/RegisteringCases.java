package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What is asked of a device that registers, when a command starts it. */
final class RegisteringCases {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int USUAL_EXPIRES = 600;
  private static final int MIN_EXPIRES = 7000;

  /**
   * RFC 5626 section 4.5 has a device whose only flow has failed wait up to 30 s, three times what
   * the check's patience is unless it is told otherwise.
   */
  private static final int RECOVERY = 3;

  private static final Pattern EXPIRES = Pattern.compile(";\\s*expires=(\\d+)");

  private RegisteringCases() {}

  static List<CheckCase> all() {
    return List.of(
        new CheckCase(
            "registers",
            "RFC 3261 10.2",
            "the device registers: its domain, its name in To and From, a contact",
            RegisteringCases::registers),
        new CheckCase(
            "registers-digest",
            "RFC 7616 3.4",
            "a challenge by SHA-256 is answered rightly, in the next REGISTER of the Call-ID",
            RegisteringCases::digest),
        new CheckCase(
            "registers-outbound",
            "RFC 5626 4.2.1",
            "the contact has an instance-id and a reg-id; outbound and path are supported",
            RegisteringCases::outbound),
        new CheckCase(
            "registers-refresh",
            "RFC 3261 10.2.4",
            "a binding is refreshed before it ends, by the same Call-ID and connection",
            RegisteringCases::refresh),
        new CheckCase(
            "registers-stale",
            "RFC 7616 3.3",
            "a nonce that is out of date is no wrong password",
            RegisteringCases::stale),
        new CheckCase(
            "registers-too-brief",
            "RFC 3261 10.2.8",
            "after 423 the device asks for Min-Expires or more",
            RegisteringCases::tooBrief),
        new CheckCase(
            "registers-keep-alive",
            "RFC 5626 4.4.1",
            "the silence is broken by a double CRLF within Flow-Timer",
            RegisteringCases::keepAlive),
        new CheckCase(
            "registers-anew",
            "RFC 5626 4.5",
            "after its connection was lost the device comes back",
            RegisteringCases::anew),
        new CheckCase(
            "registers-trust",
            "RFC 3261 26.3.1",
            "a server for whose certificate the trust anchor does not vouch hears nothing",
            RegisteringCases::trust));
  }

  private static Visit visit(Bench bench) throws CheckFailure, CheckSkipped, IOException {
    Visit visit = Registrar.start(bench, true).awaitVisit();
    bench.keep(visit.flow()::close);
    return visit;
  }

  private static void registers(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    SipText register = visit.awaitRegister();
    String aor = visit.account().aor().toString();
    String domain = "sip:" + visit.account().aor().domain();
    require(
        Visit.uri(register).toLowerCase(Locale.ROOT).equals(domain),
        "the Request-URI is " + Visit.uri(register) + ", not " + domain);
    for (String name : List.of("to", "from")) {
      require(
          register.header(name).contains(aor),
          name + " is " + register.header(name) + ", not " + aor);
    }
    require(register.toTag().isEmpty(), "To has a tag");
    require(register.contact().isPresent(), "there is no Contact");
    require(register.header("cseq").matches("\\d+\\s+REGISTER"), "CSeq is malformed");
    for (String name : List.of("call-id", "max-forwards")) {
      require(!register.header(name).isEmpty(), "there is no " + name);
    }
    require(register.branch().startsWith("z9hG4bK"), "the Via has no branch of RFC 3261");
  }

  private static long number(SipText request) {
    return Long.parseLong(request.header("cseq").split("\\s+", 2)[0]);
  }

  private static void requireNext(SipText before, SipText after) throws CheckFailure {
    require(before.header("call-id").equals(after.header("call-id")), "the Call-ID is another one");
    require(number(after) > number(before), "CSeq does not grow");
  }

  private static void digest(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    SipText first = visit.awaitRegister();
    var challenge = visit.challenge(first, false);
    SipText second = visit.awaitRegister();
    visit.requireProof(second, challenge);
    requireNext(first, second);
    require(!first.branch().equals(second.branch()), "the second REGISTER has the first's branch");
  }

  private static void outbound(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    SipText register = visit(bench).awaitRegister();
    String contact = register.header("contact");
    require(
        contact.matches("(?i).*;\\s*\\+sip\\.instance\\s*=\\s*\"<urn:[^>]+>\".*"),
        "the contact has no instance-id: " + contact);
    require(
        contact.matches("(?i).*;\\s*reg-id\\s*=\\s*[1-9][0-9]*.*"),
        "the contact has no reg-id: " + contact);
    String supported = String.join(",", register.all("supported")).toLowerCase(Locale.ROOT);
    for (String tag : List.of("outbound", "path")) {
      require(
          List.of(supported.split("\\s*,\\s*")).contains(tag),
          tag + " is not supported: " + supported);
    }
  }

  private static void refresh(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    int granted = Math.toIntExact(2 * bench.participants().patience().toSeconds());
    SipText first = visit.register(granted);
    // A second on top, for the way.
    require(
        visit.registersWithin(Duration.ofSeconds(granted + 1)),
        "there was no refresh within the " + granted + " s that were granted");
    SipText second = visit.awaitRegister();
    requireNext(first, second);
    require(
        first.contact().equals(second.contact()),
        "the refresh is for another contact: " + second.header("contact"));
  }

  private static void stale(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    visit.challenge(visit.awaitRegister(), false);
    var challenge = visit.challenge(visit.awaitRegister(), true);
    SipText third = visit.awaitRegister();
    visit.requireProof(third, challenge);
  }

  private static void tooBrief(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    SipText first = visit.awaitRegister();
    visit.answer(first, "423 Interval Too Brief", "Min-Expires: " + MIN_EXPIRES);
    SipText second = visit.awaitRegister();
    require(
        expires(second) >= MIN_EXPIRES,
        "the device asks for " + expires(second) + " s, where Min-Expires is " + MIN_EXPIRES);
    requireNext(first, second);
  }

  /** What a REGISTER asks for: by its contact, or its Expires; 0 if it does not say. */
  private static long expires(SipText register) {
    Matcher contact = EXPIRES.matcher(register.header("contact"));
    String text = contact.find() ? contact.group(1) : register.header("expires");
    return text.matches("\\d{1,10}") ? Long.parseLong(text) : 0;
  }

  /** Seconds. */
  private static long flowTimer(Bench bench) {
    return Math.max(1, bench.participants().patience().toSeconds() / 2);
  }

  /** With a grace for the way, as servers give it. */
  private static boolean pings(Bench bench, Visit visit, long timer) throws InterruptedException {
    return visit
        .flow()
        .awaitCrlf(Duration.ofSeconds(timer).plus(bench.participants().patience().dividedBy(2)));
  }

  private static String[] outbound(long timer) {
    return new String[] {"Require: outbound", "Flow-Timer: " + timer};
  }

  private static void keepAlive(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    long timer = flowTimer(bench);
    visit.register(USUAL_EXPIRES, outbound(timer));
    require(
        pings(bench, visit, timer),
        "nothing came for longer than the " + timer + " s of Flow-Timer");
  }

  private static void anew(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Registrar registrar = Registrar.start(bench, true);
    Visit first = registrar.awaitVisit();
    bench.keep(first.flow()::close);
    long timer = flowTimer(bench);
    first.register(USUAL_EXPIRES, outbound(timer));
    // A device that pings has taken the 200; of another it is hoped.
    pings(bench, first, timer);
    first.flow().close();
    Visit second = registrar.awaitVisit(bench.participants().patience().multipliedBy(RECOVERY));
    bench.keep(second.flow()::close);
    second.awaitRegister();
  }

  private static void trust(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit;
    try {
      visit = Registrar.start(bench, false).awaitVisit();
    } catch (SSLException | SocketException refused) {
      return;
    }
    bench.keep(visit.flow()::close);
    // By TLS 1.3 this side's handshake is done before the other has looked.
    long begun = System.nanoTime();
    boolean registers;
    do {
      registers = visit.registersWithin(LOOK);
    } while (!registers
        && visit.flow().isOpen()
        && System.nanoTime() - begun < bench.participants().patience().toNanos());
    require(
        !registers, "the device registers with a server that its trust anchor does not vouch for");
  }
}
