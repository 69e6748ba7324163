package org.m2mx.bench.data;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.DataProtocol;

/** How soon after its INVITE a caller hears the first byte of the callee's, by way of a server. */
public final class FirstByte implements AutoCloseable {
  private static final Duration RING = Duration.ofSeconds(20);
  private static final int BYTE = 42;

  private final UserAgent caller;
  private final UserAgent callee;
  private final Aor calleeName;

  /**
   * What was measured, in milliseconds, each the median.
   *
   * @param firstByte from the INVITE to the callee's first byte
   * @param refusal from an INVITE to nobody to its 404: the signalling round trip that a call has
   *     twice over, to the callee and back, with the server's decision
   */
  public record Result(double firstByte, double refusal) {}

  private FirstByte(UserAgent caller, UserAgent callee, Aor calleeName) {
    this.caller = caller;
    this.callee = callee;
    this.calleeName = calleeName;
  }

  /**
   * Registers two user agents.
   *
   * @param accounts holds alice.json and video.json; alice may call video
   * @param work a folder for their devices
   */
  public static FirstByte start(Path accounts, Path work)
      throws UserAgentException, InterruptedException {
    Account alice = AccountFile.read(accounts.resolve("alice.json"));
    Account video = AccountFile.read(accounts.resolve("video.json"));
    UserAgent caller = open(alice, work.resolve("alice.device"));
    UserAgent callee = open(video, work.resolve("video.device"));
    callee.onCall(
        call -> {
          try (Session session = call.accept()) {
            session.channel().output().write(BYTE);
            session.ended().join();
          } catch (IOException e) {
            throw new BenchException("the callee's channel broke: " + e.getMessage(), e);
          }
        });
    callee.register();
    caller.register();
    return new FirstByte(caller, callee, video.aor());
  }

  private static UserAgent open(Account account, Path device) throws UserAgentException {
    Clock clock = Clock.systemUTC();
    return new UserAgent(
        account,
        Device.open(device, clock),
        Timing.DEFAULT,
        clock,
        SourceAddress.ofSystem(),
        FirewallPolicy.NO_HOLES,
        new UserAgentListener() {});
  }

  /**
   * Calls several times, after as many calls to warm up.
   *
   * @param protocol what the channel speaks
   * @param calls how many
   */
  public Result measure(DataProtocol protocol, int calls)
      throws UserAgentException, InterruptedException, IOException {
    List<Double> firstBytes = new ArrayList<>();
    List<Double> refusals = new ArrayList<>();
    for (int i = 0; i < 2 * calls; i++) {
      double firstByte = call(protocol);
      double refusal = refusal();
      if (i >= calls) {
        firstBytes.add(firstByte);
        refusals.add(refusal);
      }
    }
    return new Result(median(firstBytes), median(refusals));
  }

  private double call(DataProtocol protocol)
      throws UserAgentException, InterruptedException, IOException {
    long start = System.nanoTime();
    try (Session session = caller.call(calleeName, RING, List.of(protocol))) {
      if (session.channel().input().read() != BYTE) {
        throw new BenchException("the first byte is another than was sent");
      }
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private double refusal() throws InterruptedException {
    long start = System.nanoTime();
    try (Session session = caller.call(new Aor("nobody", calleeName.domain()), RING)) {
      throw new BenchException("nobody has answered as " + session.peer());
    } catch (UserAgentException e) {
      if (e.reason() != Reason.USER_UNKNOWN) {
        throw new BenchException("a call to nobody: " + e.getMessage(), e);
      }
      return (System.nanoTime() - start) / 1e6;
    }
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  @Override
  public void close() {
    caller.close();
    callee.close();
  }
}
