package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import javax.sip.address.Address;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.CSeqHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.FromHeader;
import javax.sip.header.ToHeader;
import org.m2mx.ua.Aor;

/** What is asked of a device that registers, when a command starts it. */
final class RegisteringCases {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final int USUAL_EXPIRES = 600;
  private static final int MIN_EXPIRES = 7000;

  /** How TLS is told of an alert that the other side has sent. */
  private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

  /** What says that a certificate is not trusted (RFC 8446 section 6.2). */
  private static final Set<String> DISTRUST =
      Set.of("bad_certificate", "certificate_unknown", "unknown_ca");

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
            "a double CRLF comes at least once in Flow-Timer",
            RegisteringCases::keepAlive),
        new CheckCase(
            "registers-anew",
            "RFC 5626 4.5",
            "after its connection was lost the device comes back",
            RegisteringCases::anew),
        new CheckCase(
            "registers-trust",
            "RFC 3261 26.3.1",
            "a server for whose certificate the trust anchor does not vouch is refused by alert",
            RegisteringCases::trust));
  }

  private static Visit visit(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    return Registrar.start(bench, true).awaitVisit();
  }

  private static void registers(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    SipText register = visit.awaitRegister();
    Aor aor = visit.account().aor();
    String domain = "sip:" + aor.domain();
    require(
        register.requestUri().toLowerCase(Locale.ROOT).equals(domain),
        "the Request-URI is " + register.requestUri() + ", not " + domain);
    requireName("to", register.parsed(ToHeader.class, "to").getAddress(), aor);
    requireName("from", register.parsed(FromHeader.class, "from").getAddress(), aor);
    require(register.toTag().isEmpty(), "To has a tag");
    require(register.contact().isPresent(), "there is no Contact");
    CSeqHeader sequence = register.parsed(CSeqHeader.class, "cseq");
    require(sequence.getMethod().equals("REGISTER"), "CSeq is of " + sequence.getMethod());
    for (String name : List.of("call-id", "max-forwards")) {
      require(!register.header(name).isEmpty(), "there is no " + name);
    }
    require(register.branch().startsWith("z9hG4bK"), "the Via has no branch of RFC 3261");
  }

  private static void requireName(String name, Address shown, Aor aor) throws CheckFailure {
    require(
        shown.getURI() instanceof SipURI uri
            && !uri.isSecure()
            && aor.user().equals(uri.getUser())
            && aor.domain().equalsIgnoreCase(uri.getHost()),
        name + " is " + shown.getURI() + ", not " + aor);
  }

  private static long number(SipText request) throws CheckFailure {
    return request.parsed(CSeqHeader.class, "cseq").getSeqNumber();
  }

  private static void requireNext(SipText before, SipText after) throws CheckFailure {
    require(before.header("call-id").equals(after.header("call-id")), "the Call-ID is another one");
    require(
        number(after) == number(before) + 1,
        "CSeq goes from " + number(before) + " to " + number(after) + ", not up by one");
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
    ContactHeader contact = register.parsed(ContactHeader.class, "contact");
    require(
        parameter(contact, "+sip.instance").matches("(?i)\"?<urn:[^>]+>\"?"),
        "the contact has no instance-id: " + register.header("contact"));
    require(
        parameter(contact, "reg-id").matches("[1-9][0-9]*"),
        "the contact has no reg-id: " + register.header("contact"));
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
    Duration patience = bench.participants().patience();
    Duration granted = patience.multipliedBy(2);
    SipText first = visit.register(Math.toIntExact(granted.toSeconds()));
    require(
        visit.registersWithin(withGrace(granted, patience)),
        "there was no refresh within the " + granted.toSeconds() + " s that were granted");
    SipText second = visit.awaitRegister();
    requireNext(first, second);
    OptionalLong wanted = expires(second);
    require(wanted.isEmpty() || wanted.getAsLong() > 0, "the device takes its binding back");
    require(
        uri(first).equals(uri(second)),
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
    if (expires(first).isEmpty()) {
      throw new CheckSkipped("the device leaves it to the server how long its binding lasts");
    }
    visit.answer(first, "423 Interval Too Brief", "Min-Expires: " + MIN_EXPIRES);
    SipText second = visit.awaitRegister();
    OptionalLong wanted = expires(second);
    if (wanted.isPresent()) {
      require(
          wanted.getAsLong() >= MIN_EXPIRES,
          "the device asks for " + wanted.getAsLong() + " s, where Min-Expires is " + MIN_EXPIRES);
    }
    requireNext(first, second);
  }

  /**
   * What a REGISTER asks for, in seconds: by its contact, or its Expires. Empty if it leaves that
   * to the server (RFC 3261 section 10.2.1.1).
   */
  private static OptionalLong expires(SipText register) throws CheckFailure {
    String own = parameter(register.parsed(ContactHeader.class, "contact"), "expires");
    String text = own.isEmpty() ? register.header("expires") : own;
    require(text.matches("\\d{0,10}"), "expires is malformed: " + text);
    return text.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(text));
  }

  private static URI uri(SipText register) throws CheckFailure {
    return register.parsed(ContactHeader.class, "contact").getAddress().getURI();
  }

  private static String parameter(ContactHeader contact, String name) {
    return Objects.requireNonNullElse(contact.getParameter(name), "");
  }

  /** With something on top, for the way. */
  private static Duration withGrace(Duration time, Duration patience) {
    return time.plus(patience.dividedBy(2));
  }

  private static String[] outbound(Duration timer) {
    return new String[] {"Require: outbound", "Flow-Timer: " + timer.toSeconds()};
  }

  private static void keepAlive(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Visit visit = visit(bench);
    Duration patience = bench.participants().patience();
    Duration timer = patience.multipliedBy(2);
    Duration latest = withGrace(timer, patience);
    visit.register(USUAL_EXPIRES, outbound(timer));
    long granted = System.nanoTime();
    long last = granted;
    // Who pings at once and never again is seen in the next round.
    do {
      require(
          visit.flow().awaitPing(latest.minusNanos(System.nanoTime() - last)),
          "no double CRLF came within the " + timer.toSeconds() + " s of Flow-Timer");
      last = System.nanoTime();
    } while (last - granted < patience.toNanos());
  }

  private static void anew(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Registrar registrar = Registrar.start(bench, true);
    Visit first = registrar.awaitVisit();
    Duration patience = bench.participants().patience();
    first.register(USUAL_EXPIRES, outbound(SOON));
    // A device that pings has taken the 200; of another it is hoped.
    first.flow().awaitPing(withGrace(SOON, patience));
    first.flow().close();
    registrar
        .greet(registrar.awaitConnection(bench.participants().recovery().plus(patience)))
        .awaitRegister();
  }

  private static void trust(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Registrar registrar = Registrar.start(bench, false);
    Duration patience = bench.participants().patience();
    SSLSocket socket = registrar.awaitConnection(patience);
    Visit visit;
    try {
      visit = registrar.greet(socket);
    } catch (SocketTimeoutException e) {
      throw new CheckFailure(
          "the device neither went on with the TLS handshake nor ended it within "
              + patience.toSeconds()
              + " s");
    } catch (IOException e) {
      requireDistrust(e);
      return;
    }
    // There are devices that look at the certificate after the handshake.
    long begun = System.nanoTime();
    Optional<IOException> lost;
    boolean registers;
    do {
      lost = visit.flow().lost();
      registers = visit.registersWithin(LOOK);
    } while (!registers && lost.isEmpty() && System.nanoTime() - begun < patience.toNanos());
    require(
        !registers, "the device registers with a server that its trust anchor does not vouch for");
    requireDistrust(
        lost.orElseThrow(
            () ->
                new CheckFailure(
                    "the device keeps a connection to a server that its trust anchor does not vouch"
                        + " for")));
  }

  /** A connection may end for many reasons; only an alert tells which. */
  private static void requireDistrust(IOException end) throws CheckSkipped {
    Matcher alert = ALERT.matcher(String.valueOf(end.getMessage()));
    if (!alert.find() || !DISTRUST.contains(alert.group(1))) {
      throw new CheckSkipped(
          "not shown: the connection ended without an alert that the certificate is not trusted ("
              + end.getMessage()
              + ")");
    }
  }
}
