package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.Aor;
import org.m2mx.ua.ChannelTerms;
import org.m2mx.ua.Session;
import org.m2mx.ua.Timing;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.testing.Left;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.TestServer;

/** A command for each caller, which lasts as long as the session, wherever that goes. */
@Timeout(120)
class CommandServiceTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Aor VIDEO = new Aor("video", TestServer.DOMAIN);

  /** Looks for another address often, and is patient with everything else. */
  private static final Timing WATCHFUL =
      new Timing(
          Duration.ofSeconds(20),
          Duration.ofMinutes(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(30),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(400),
          Duration.ofSeconds(40),
          Duration.ofMillis(100),
          Duration.ofSeconds(60));

  @TempDir Path folder;
  private final Certificates.Identity authority = authority();
  private final ByteArrayOutputStream told = new ByteArrayOutputStream();

  private static Certificates.Identity authority() {
    try {
      return Certificates.authority("test root");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private UserAgent userAgent(String user, String password, TestServer server, SourceAddress source)
      throws Exception {
    return new UserAgent(
        AccountFile.read(
            Accounts.write(folder, user, password, "[::1]:" + server.port(), authority)),
        Device.open(folder.resolve(user + ".device"), Clock.systemUTC()),
        WATCHFUL,
        Clock.systemUTC(),
        source,
        FirewallPolicy.NO_HOLES,
        new UserAgentListener() {});
  }

  private TestServer server(InetAddress loopback) throws Exception {
    TestServer server =
        new TestServer(
            Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(1)), loopback);
    server.users.put("alice", "a");
    server.users.put("video", "v");
    server.permissions.add("alice>video");
    return server;
  }

  private Terminal terminal() {
    PrintStream err = new PrintStream(told, true, StandardCharsets.UTF_8);
    return new Terminal(InputStream.nullInputStream(), err, err);
  }

  private void answer(UserAgent agent, Service service) {
    agent.onCall(
        new Answering(
            terminal(),
            new Waiting(terminal()),
            service,
            new ChannelTerms(List.of(DataProtocol.UDP_DTLS, DataProtocol.TCP_TLS), true),
            caller -> true,
            1,
            false));
  }

  private static void exchange(DataChannel channel, String text) throws Exception {
    channel.output().write(text.getBytes(StandardCharsets.US_ASCII));
    assertThat(channel.input().readNBytes(text.length())).asString().isEqualTo(text);
  }

  @Test
  void theCommandServesTheCallerFromTheNewAddressToo() throws Exception {
    InetAddress loopback = InetAddress.getByName("::1");
    AtomicReference<InetAddress> here = new AtomicReference<>(loopback);
    try (TestServer server = server(loopback);
        UserAgent alice = userAgent("alice", "a", server, SourceAddress.ofSystem());
        UserAgent video = userAgent("video", "v", server, destination -> here.get())) {
      answer(video, new CommandService(terminal(), "echo hello; cat", PATIENCE));
      video.register();
      alice.register();
      try (Session session = alice.call(VIDEO, PATIENCE, List.of(DataProtocol.UDP_DTLS))) {
        DataChannel first = session.channel();
        assertThat(first.input().readNBytes(6)).asString().isEqualTo("hello\n");
        exchange(first, "before");

        here.set(InetAddress.getByName("127.0.0.2"));

        DataChannel second = session.next(first, PATIENCE).orElseThrow();
        exchange(second, "after");
      }
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void nothingIsLeftWhenTheCallerHasHungUp() throws Exception {
    InetAddress loopback = InetAddress.getByName("::1");
    Path numbers = folder.resolve("numbers");
    try (TestServer server = server(loopback);
        UserAgent alice = userAgent("alice", "a", server, SourceAddress.ofSystem());
        UserAgent video = userAgent("video", "v", server, SourceAddress.ofSystem())) {
      answer(video, new CommandService(terminal(), Left.stubborn(numbers), Duration.ofSeconds(1)));
      video.register();
      alice.register();
      try (Session session = alice.call(VIDEO, PATIENCE)) {
        assertThat(session.ended()).isNotDone();
        assertThat(Left.awaitNumbers(numbers)).allMatch(Left::isRunning);
      }
      List<Long> started = Left.awaitNumbers(numbers);
      await().atMost(PATIENCE).until(() -> started.stream().noneMatch(Left::isRunning));
    }
  }
}
