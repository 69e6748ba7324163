package org.m2mx.ua.doctor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.m2mx.ua.Registration;
import org.m2mx.ua.ServerConnection;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.net.Ipv4Scope;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * Looks at what a call needs on the way to the server, in the order in which it is needed: the
 * server, its certificate, this machine's address, its clock, the password. What cannot be looked
 * at because something before it failed is not.
 */
public final class Examination {
  /** A certificate that runs out sooner is spoken of. */
  private static final Duration RENEWAL = Duration.ofDays(14);

  /** Beyond this, clocks are said to differ; a Date is only to the second. */
  private static final Duration CLOCK_WARNING = Duration.ofSeconds(30);

  /** Beyond this, certificates that were just issued may not be valid yet. */
  private static final Duration CLOCK_FAILURE = Duration.ofMinutes(5);

  /**
   * How far it is to the server.
   *
   * @param connection to it
   * @param registered whether it knows this user agent
   */
  public record Reached(ServerConnection connection, boolean registered) {}

  private final Clock clock;
  private final Consumer<Finding> findings;

  /**
   * An examination.
   *
   * @param clock this machine's
   * @param findings is told what is found, at once
   */
  public Examination(Clock clock, Consumer<Finding> findings) {
    this.clock = clock;
    this.findings = findings;
  }

  /**
   * Connects and registers.
   *
   * @param userAgent not connected yet; stays registered
   * @return how far it got, if there is a connection
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Optional<Reached> signalling(UserAgent userAgent) throws InterruptedException {
    ServerConnection connection;
    try {
      connection = userAgent.connect();
    } catch (UserAgentException e) {
      boolean reached = e.reason() == Reason.SERVER_CERTIFICATE;
      if (reached) {
        findings.accept(Finding.ok("server", "it answers"));
      }
      findings.accept(Finding.failed(reached ? "tls" : "server", e));
      return Optional.empty();
    }
    findings.accept(Finding.ok("server", "it answers at " + IpText.of(connection.serverAddress())));
    findings.accept(tls(connection));
    findings.accept(address(connection.localAddress().getAddress()));
    boolean registered = false;
    try {
      Registration registration = userAgent.register();
      registered = true;
      findings.accept(clock(registration));
      findings.accept(
          Finding.ok(
              "credential",
              registration.aor()
                  + " is registered for "
                  + registration.expires().toSeconds()
                  + " s"));
    } catch (UserAgentException e) {
      findings.accept(Finding.failed("credential", e));
    }
    return Optional.of(new Reached(connection, registered));
  }

  private Finding tls(ServerConnection connection) {
    X509Certificate certificate = connection.certificate();
    Duration left = Duration.between(clock.instant(), certificate.getNotAfter().toInstant());
    String text =
        connection.tlsProtocol()
            + " "
            + connection.tlsCipherSuite()
            + ", certificate vouched for by the account's trust anchor, valid for "
            + left.toDays()
            + " days, "
            + Fingerprint.of(certificate);
    return left.compareTo(RENEWAL) < 0
        ? Finding.warn("tls", text, "Have the operator renew the server's certificate")
        : Finding.ok("tls", text);
  }

  private static Finding address(InetAddress own) {
    String text = IpText.of(own);
    if (own.isLoopbackAddress()) {
      return Finding.warn(
          "address", text + " is loopback", "Fine for a trial on one machine; peers cannot come");
    }
    if (Ipv4Scope.isPrivate(own)) {
      return Finding.warn(
          "address",
          text
              + " is a private IPv4 address: peers outside reach it if the gateway lends it a port",
          "Have the ISP give this home IPv6, and the server an IPv6 address");
    }
    if (!(own instanceof Inet6Address)) {
      return Finding.warn(
          "address",
          text + " is IPv4: peers reach it only if no address translation is between",
          "Have the ISP give this home IPv6, and the server an IPv6 address");
    }
    boolean uniqueLocal = (own.getAddress()[0] & 0xfe) == 0xfc;
    if (own.isLinkLocalAddress() || uniqueLocal) {
      return Finding.warn(
          "address",
          text + " is valid in this network only",
          "Have the router hand out global IPv6 addresses");
    }
    return Finding.ok("address", text + ", global IPv6");
  }

  private Finding clock(Registration registration) {
    if (registration.serverTime().isEmpty()) {
      return Finding.warn(
          "clock", "the server does not tell the time", "Compare this machine's clock yourself");
    }
    Duration ahead = Duration.between(registration.serverTime().get(), clock.instant());
    long seconds = ahead.toSeconds();
    String text =
        Math.abs(seconds) <= 1
            ? "as the server's"
            : Math.abs(seconds) + " s " + (seconds > 0 ? "ahead of" : "behind") + " the server's";
    if (ahead.abs().compareTo(CLOCK_FAILURE) > 0) {
      return Finding.fail("clock", text, "Set this machine's clock right, best by NTP");
    }
    return ahead.abs().compareTo(CLOCK_WARNING) > 0
        ? Finding.warn("clock", text, "Set this machine's clock right, best by NTP")
        : Finding.ok("clock", text);
  }
}
