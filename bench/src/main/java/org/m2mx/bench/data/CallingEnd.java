package org.m2mx.bench.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.m2mx.bench.BenchException;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Session;
import org.m2mx.ua.Timing;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.account.ServerAddress;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.DataProtocol;

/**
 * A user agent of the demo's, a process of its own: says {@code ready} when it is registered,
 * answers every other call by a byte and declines the rest, and for each line {@code PROTOCOL
 * CALLS} calls video, and tells the median milliseconds to its first byte, to its 200, to its 603,
 * and to a 404.
 */
final class CallingEnd {
  private static final Duration RING = Duration.ofSeconds(20);
  private static final String CALLEE = "video";
  private static final int BYTE = 42;

  /** When the last call was. */
  private static final AtomicLong ANSWERED = new AtomicLong();

  private final UserAgent userAgent;
  private final String domain;

  private CallingEnd(UserAgent userAgent, String domain) {
    this.userAgent = userAgent;
    this.domain = domain;
  }

  /**
   * Serves until the end of standard input.
   *
   * @param arguments the account file, the folder of the device, the socket of the IKE daemon, and
   *     where the server is, empty where the account says so
   */
  public static void main(String[] arguments)
      throws IOException, UserAgentException, InterruptedException {
    Account account = AccountFile.read(Path.of(arguments[0]));
    if (!arguments[3].isEmpty()) {
      ServerAddress server = new ServerAddress(arguments[3], account.server().port());
      account = new Account(account.aor(), account.password(), server, account.trustAnchors());
    }
    Clock clock = Clock.systemUTC();
    try (UserAgent userAgent =
        new UserAgent(
            account,
            Device.open(Path.of(arguments[1]), clock),
            new Charon(Path.of(arguments[2])),
            Timing.DEFAULT,
            clock,
            SourceAddress.ofSystem(),
            FirewallPolicy.NO_HOLES,
            new UserAgentListener() {
              @Override
              public void answered(Aor callee) {
                ANSWERED.set(System.nanoTime());
              }
            })) {
      new CallingEnd(userAgent, account.aor().domain()).serve();
    }
  }

  private void serve() throws IOException, UserAgentException, InterruptedException {
    AtomicBoolean accepts = new AtomicBoolean();
    userAgent.onCall(
        call -> {
          if (!accepts.getAndSet(!accepts.get())) {
            call.decline();
            return;
          }
          try (Session session = call.accept()) {
            session.channel().output().write(BYTE);
            session.ended().join();
          } catch (IOException e) {
            throw new BenchException("the callee's channel broke: " + e.getMessage(), e);
          }
        });
    userAgent.register();
    say("ready");
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      say(measure(DataProtocol.valueOf(words[0]), Integer.parseInt(words[1])));
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }

  private String measure(DataProtocol protocol, int calls)
      throws IOException, UserAgentException, InterruptedException {
    List<Double> firstBytes = new ArrayList<>();
    List<Double> answers = new ArrayList<>();
    List<Double> declines = new ArrayList<>();
    List<Double> unknown = new ArrayList<>();
    for (int i = 0; i < 2 * calls; i++) {
      double decline = refusal(CALLEE, protocol, Reason.DECLINED);
      Reached reached = call(protocol);
      double notFound = refusal("nobody", protocol, Reason.USER_UNKNOWN);
      if (i >= calls) {
        declines.add(decline);
        firstBytes.add(reached.firstByte());
        answers.add(reached.answer());
        unknown.add(notFound);
      }
    }
    return "%s %s %s %s"
        .formatted(median(firstBytes), median(answers), median(declines), median(unknown));
  }

  /** Milliseconds from a call's begin. */
  private record Reached(double answer, double firstByte) {}

  private Reached call(DataProtocol protocol)
      throws UserAgentException, InterruptedException, IOException {
    long start = System.nanoTime();
    try (Session session = userAgent.call(new Aor(CALLEE, domain), RING, List.of(protocol))) {
      if (session.channel().input().read() != BYTE) {
        throw new BenchException("the first byte is another than was sent");
      }
      return new Reached((ANSWERED.get() - start) / 1e6, (System.nanoTime() - start) / 1e6);
    }
  }

  private double refusal(String user, DataProtocol protocol, Reason expected)
      throws InterruptedException {
    long start = System.nanoTime();
    try (Session session = userAgent.call(new Aor(user, domain), RING, List.of(protocol))) {
      throw new BenchException(user + " should not have answered, as " + session.peer());
    } catch (UserAgentException e) {
      if (e.reason() != expected) {
        throw new BenchException("a call to " + user + ": " + e.getMessage(), e);
      }
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }
}
