package org.m2mx.ua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.FirewallFinder;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.CuttingProxy;
import org.m2mx.ua.testserver.TestServer;

/** Calls by IPv4 alone, with a gateway before each side that translates addresses. */
@Timeout(60)
class TranslatedTest {
  private static final Duration RING = Duration.ofSeconds(10);
  private static final Aor VIDEO = new Aor("video", TestServer.DOMAIN);
  private static final Pattern PORTS = Pattern.compile("m=application (\\d+) ");
  private static final List<DataProtocol> STREAM = List.of(DataProtocol.TCP_TLS);

  @TempDir Path folder;
  private final InetAddress loopback = loopback();
  private final Lender aliceHome = new Lender();
  private final Lender videoHome = new Lender();
  private final Queue<String> offers = new ConcurrentLinkedQueue<>();
  private Certificates.Identity authority;
  private TestServer server;

  private static InetAddress loopback() {
    try {
      return InetAddress.getByName("127.0.0.1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A gateway that lends ports, and passes connections to them on. */
  private final class Lender implements FirewallFinder, FirewallControl {
    private final Map<Integer, CuttingProxy> lent = new ConcurrentHashMap<>();
    private final Queue<Integer> ever = new ConcurrentLinkedQueue<>();
    private volatile boolean refuses;

    @Override
    public String method() {
      return "test";
    }

    @Override
    public Optional<FirewallControl> find(InetAddress own) {
      return Optional.of(this);
    }

    @Override
    public String describe() {
      return "lender";
    }

    @Override
    public SourceRestriction restriction() {
      return SourceRestriction.ANY_SOURCE;
    }

    @Override
    public Pinhole open(PinholeRequest request) throws FirewallException {
      if (refuses) {
        throw new FirewallException("not today");
      }
      try {
        CuttingProxy passing = new CuttingProxy(loopback, Long.MAX_VALUE);
        int port = passing.to(request.own().getPort());
        lent.put(port, passing);
        ever.add(port);
        return new Lent(request, port);
      } catch (IOException e) {
        throw new FirewallException("no port", e);
      }
    }

    private final class Lent implements Pinhole {
      private final PinholeRequest request;
      private final int port;

      Lent(PinholeRequest request, int port) {
        this.request = request;
        this.port = port;
      }

      @Override
      public Duration lease() {
        return request.lease();
      }

      @Override
      public InetSocketAddress outside() {
        return new InetSocketAddress(loopback, port);
      }

      @Override
      public void renew() {}

      @Override
      public void close() throws FirewallException {
        try {
          lent.remove(port).close();
        } catch (IOException e) {
          throw new FirewallException("not closed", e);
        }
      }
    }
  }

  /** Loopback, which it takes for a private address. */
  private static final class Translated implements SourceAddress {
    @Override
    public InetAddress towards(InetSocketAddress destination) {
      return loopback();
    }

    @Override
    public boolean isTranslated(InetAddress own, InetAddress destination) {
      return true;
    }
  }

  @BeforeEach
  void start() throws Exception {
    authority = Certificates.authority("test root");
    server =
        new TestServer(
            Certificates.server(authority, "127.0.0.1", Instant.now(), Duration.ofDays(1)),
            loopback);
    server.users.put("alice", "a");
    server.users.put("video", "v");
    server.permissions.add("alice>video");
    server.outgoing =
        message -> {
          if (message.startsWith("INVITE ")) {
            offers.add(message);
          }
          return message;
        };
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private UserAgent userAgent(String user, String password, Lender home, SourceRestriction coarsest)
      throws Exception {
    Path account = Accounts.write(folder, user, password, "127.0.0.1:" + server.port(), authority);
    return new UserAgent(
        AccountFile.read(account),
        Device.open(folder.resolve(user + ".device"), Clock.systemUTC()),
        Timing.DEFAULT,
        Clock.systemUTC(),
        new Translated(),
        new FirewallPolicy(List.of(home), coarsest, FirewallPolicy.DEFAULT_LEASE),
        new UserAgentListener() {});
  }

  private UserAgent alice() throws Exception {
    UserAgent alice = userAgent("alice", "a", aliceHome, SourceRestriction.ANY_SOURCE);
    alice.register();
    return alice;
  }

  private UserAgent video() throws Exception {
    UserAgent video = userAgent("video", "v", videoHome, SourceRestriction.ANY_SOURCE);
    video.register();
    return video;
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  private List<Integer> offeredPorts() {
    Matcher matcher = PORTS.matcher(offers.element());
    return matcher.results().map(found -> Integer.valueOf(found.group(1))).toList();
  }

  @Test
  void whatTheGatewayLendsIsOfferedAndAnswered() throws Exception {
    try (UserAgent alice = alice();
        UserAgent video = video()) {
      CompletableFuture<byte[]> heard = new CompletableFuture<>();
      video.onCall(
          call -> {
            try (Session session = call.accept(STREAM)) {
              heard.complete(session.channel().input().readAllBytes());
            } catch (IOException e) {
              heard.completeExceptionally(e);
            }
          });
      try (Session session = alice.call(VIDEO, RING)) {
        assertThat(offeredPorts()).hasSize(2).containsExactlyElementsOf(aliceHome.ever);
        assertThat(session.channel().remoteAddress().getPort()).isEqualTo(videoHome.ever.element());
        until(() -> aliceHome.lent.isEmpty());
        session.channel().output().write("hello".getBytes(StandardCharsets.US_ASCII));
        session.channel().endOutput();
        assertThat(heard.get(10, TimeUnit.SECONDS)).asString().isEqualTo("hello");
      }
      until(() -> videoHome.lent.isEmpty());
    }
  }

  @Test
  void whatWasLentForARefusedCallIsGivenBack() throws Exception {
    try (UserAgent alice = alice()) {
      assertThatExceptionOfType(UserAgentException.class)
          .isThrownBy(() -> alice.call(new Aor("nobody", TestServer.DOMAIN), RING))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.USER_UNKNOWN));
      assertThat(aliceHome.ever).hasSize(2);
      until(() -> aliceHome.lent.isEmpty());
    }
  }

  @Test
  void whatWasLentForARingingCallIsGivenBackWhenTheUserAgentStops() throws Exception {
    CompletableFuture<Void> rings = new CompletableFuture<>();
    CompletableFuture<Void> end = new CompletableFuture<>();
    try (UserAgent video = video()) {
      video.onCall(
          call -> {
            rings.complete(null);
            end.join();
          });
      UserAgent alice = alice();
      CompletableFuture<Reason> outcome =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  alice.call(VIDEO, RING).close();
                  return null;
                } catch (UserAgentException e) {
                  return e.reason();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      rings.get(20, TimeUnit.SECONDS);
      assertThat(aliceHome.lent).hasSize(2);
      alice.close();
      assertThat(aliceHome.lent).isEmpty();
      end.complete(null);
      assertThat(outcome.get(20, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void strictlyNothingIsOfferedThatAnybodyCouldUse() throws Exception {
    try (UserAgent strict = userAgent("alice", "a", aliceHome, SourceRestriction.PEER_ADDRESS)) {
      strict.register();
      assertThatExceptionOfType(UserAgentException.class)
          .isThrownBy(() -> strict.call(VIDEO, RING))
          .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.FIREWALL))
          .withMessageContaining("cannot restrict a hole to the peer");
      assertThat(offers).isEmpty();
      assertThat(aliceHome.ever).isEmpty();
    }
  }

  /** A gateway that lends none does not forbid calls: the network may be one all the same. */
  @Test
  void withoutALenderTheOwnAddressIsOffered() throws Exception {
    aliceHome.refuses = true;
    try (UserAgent alice = alice();
        UserAgent video = video()) {
      video.onCall(call -> call.accept(STREAM).close());
      alice.call(VIDEO, RING).close();
      assertThat(offeredPorts()).hasSize(2).doesNotContain(0);
      assertThat(aliceHome.ever).isEmpty();
    }
  }
}
