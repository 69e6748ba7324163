package org.m2mx.ua.cli;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Registration;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.net.IpText;

/** The steps of {@code m2mx-ua demo}: each prints what it has measured, or fails. */
final class Demo implements AutoCloseable {
  private static final Duration RING_LIMIT = Duration.ofSeconds(20);
  private static final long PEER_SECONDS = 20;
  private static final int CHUNK = 64 * 1024;

  /** What a registrar refreshed or a ping takes; data would be a thousand times more. */
  private static final long SIGNALLING_ALLOWANCE = 16 * 1024;

  /** Headers that belong to the request, and are copied from it or made for it. */
  private static final Set<String> OF_THE_REQUEST =
      Set.of("via", "from", "to", "call-id", "cseq", "date");

  /** A step did not hold. */
  static final class Failed extends Exception {
    private static final long serialVersionUID = 1L;

    Failed(String message) {
      super(message);
    }
  }

  private record Sent(byte[] hash, long bytes) {}

  private final Terminal terminal;
  private final Path accounts;
  private final long size;
  private final List<UserAgent> userAgents = new ArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "m2mx-ua-demo");
            thread.setDaemon(true);
            return thread;
          });
  private long stepStarted;

  Demo(Terminal terminal, Path accounts, long size) {
    this.terminal = terminal;
    this.accounts = accounts;
    this.size = size;
  }

  void run() throws UserAgentException, InterruptedException, Failed {
    AccountOptions videoAccount = account("video");
    Aor videoAor = videoAccount.readAccount().aor();
    UserAgent alice = open(account("alice"));
    UserAgent video = open(videoAccount);
    UserAgent mallory = open(account("mallory"));

    begin();
    alice.connect();
    long connected = elapsed();
    begin();
    Registration first = alice.register();
    print(
        "server up",
        connected,
        "%s, %s, certificate %s",
        IpText.of(first.serverAddress()),
        first.serverSoftware().orElse("which does not say what it is"),
        first.serverCertificate());
    registered(first);
    begin();
    registered(video.register());
    begin();
    registered(mallory.register());

    CompletableFuture<Session> answered = new CompletableFuture<>();
    CompletableFuture<Void> over = new CompletableFuture<>();
    video.onCall(
        call -> {
          try {
            answered.complete(call.accept());
          } catch (UserAgentException e) {
            answered.completeExceptionally(e);
          }
          over.join();
        });
    try {
      refused(mallory, videoAor);
      talk(alice, video, videoAor, answered);
    } finally {
      over.complete(null);
    }
  }

  private AccountOptions account(String name) {
    return new AccountOptions(accounts.resolve(name + ".json"));
  }

  private UserAgent open(AccountOptions account) throws UserAgentException {
    UserAgent userAgent =
        account.open(terminal, FirewallPolicy.NO_HOLES, new UserAgentListener() {});
    userAgents.add(userAgent);
    return userAgent;
  }

  private void registered(Registration registration) {
    print(
        "registered",
        elapsed(),
        "%s at %s, %s %s, for %d s",
        registration.aor(),
        IpText.of(registration.localAddress()),
        registration.tlsProtocol(),
        registration.tlsCipherSuite(),
        registration.expires().toSeconds());
  }

  private void refused(UserAgent mallory, Aor video) throws InterruptedException, Failed {
    Aor nobody = new Aor("nobody", video.domain());
    begin();
    String toVideo = refusal(mallory, video);
    print("not permitted", elapsed(), "mallory's INVITE to %s -> %s", video, status(toVideo));
    begin();
    String toNobody = refusal(mallory, nobody);
    List<String> told = comparable(toVideo);
    if (!told.equals(comparable(toNobody))) {
      throw new Failed(
          "The two refusals differ: "
              + told
              + " and "
              + comparable(toNobody)
              + ". The server tells the callers it should not who is there.");
    }
    print(
        "unknown user",
        elapsed(),
        "mallory's INVITE to %s -> %s; the same but for what belongs to the request",
        nobody,
        status(toNobody));
  }

  private String refusal(UserAgent mallory, Aor callee) throws InterruptedException, Failed {
    try (Session session = mallory.call(callee, RING_LIMIT)) {
      throw new Failed("mallory got through to " + session.peer() + " and must not.");
    } catch (UserAgentException e) {
      if (e.reason() != Reason.USER_UNKNOWN) {
        throw new Failed(
            "mallory's INVITE to " + callee + " was not refused with 404: " + e.getMessage());
      }
      return e.response().orElseThrow();
    }
  }

  private static String status(String response) {
    return response.lines().findFirst().orElse("").replaceFirst("^SIP/2\\.0 ", "");
  }

  /** What a refusal tells: all of it but the values that belong to the request. */
  private static List<String> comparable(String response) {
    return response
        .lines()
        .map(
            line -> {
              String name = line.split(":", 2)[0];
              return OF_THE_REQUEST.contains(name.toLowerCase(Locale.ROOT)) ? name : line;
            })
        .toList();
  }

  private void talk(UserAgent alice, UserAgent video, Aor videoAor, Future<Session> answered)
      throws UserAgentException, InterruptedException, Failed {
    Session called;
    begin();
    try (Session calling = alice.call(videoAor, RING_LIMIT)) {
      long call = elapsed();
      called = within(answered);
      print("permitted", call, "alice's INVITE to %s -> 200, channel open", videoAor);
      direct(calling.channel(), called.channel());
      exchange(alice, video, calling.channel(), called.channel());
      begin();
    }
    within(called.ended());
    print("BYE", elapsed(), "from alice, and video has heard it");
  }

  private void direct(DataChannel alice, DataChannel video) throws Failed {
    begin();
    boolean direct =
        alice.remoteAddress().equals(video.localAddress())
            && video.remoteAddress().equals(alice.localAddress());
    boolean verified =
        alice.peerFingerprint().equals(video.ownFingerprint())
            && video.peerFingerprint().equals(alice.ownFingerprint());
    if (!direct || !verified) {
      throw new Failed("The data channel is not the two user agents' own, end to end.");
    }
    print(
        "data channel",
        elapsed(),
        "%s %s, alice %s and video %s, each the other's remote address; verified: alice's %s,"
            + " video's %s",
        alice.protocol(),
        alice.cipherSuite(),
        IpText.of(alice.localAddress()),
        IpText.of(video.localAddress()),
        alice.ownFingerprint(),
        video.ownFingerprint());
  }

  private void exchange(UserAgent alice, UserAgent video, DataChannel a, DataChannel b)
      throws InterruptedException, Failed {
    long before = signallingBytes(alice) + signallingBytes(video);
    begin();
    Future<Sent> fromAlice = threads.submit(sending(a));
    Future<Sent> fromVideo = threads.submit(sending(b));
    Future<Sent> toAlice = threads.submit(receiving(a));
    Future<Sent> toVideo = threads.submit(receiving(b));
    byte[] there = equal("alice to video", within(fromAlice), within(toVideo));
    byte[] back = equal("video to alice", within(fromVideo), within(toAlice));
    long nanos = elapsed();
    long signalled = signallingBytes(alice) + signallingBytes(video) - before;
    print(
        "data",
        nanos,
        "%d MiB each way, SHA-256 equal (%s…, %s…), %.0f MiB/s in all",
        size >> 20,
        HexFormat.of().formatHex(there, 0, 4),
        HexFormat.of().formatHex(back, 0, 4),
        2.0 * size / (1 << 20) / (nanos / 1e9));
    if (signalled > SIGNALLING_ALLOWANCE) {
      throw new Failed(
          signalled
              + " bytes passed the server while the data flowed, more than signalling takes.");
    }
    print(
        "past the server",
        nanos,
        "%d bytes on the connections to the server while %d bytes of data flowed",
        signalled,
        2 * size);
  }

  private static long signallingBytes(UserAgent userAgent) {
    return userAgent.signallingTraffic().sent() + userAgent.signallingTraffic().received();
  }

  private static byte[] equal(String direction, Sent sent, Sent received) throws Failed {
    if (sent.bytes() != received.bytes() || !Arrays.equals(sent.hash(), received.hash())) {
      throw new Failed("From " + direction + " not the bytes arrived that were sent.");
    }
    return sent.hash();
  }

  private Callable<Sent> sending(DataChannel channel) {
    return () -> {
      RandomGenerator random = RandomGeneratorFactory.of("Xoshiro256PlusPlus").create();
      MessageDigest digest = sha256();
      OutputStream out = channel.output();
      byte[] chunk = new byte[CHUNK];
      for (long left = size; left > 0; left -= Math.min(left, CHUNK)) {
        int n = (int) Math.min(left, CHUNK);
        random.nextBytes(chunk);
        digest.update(chunk, 0, n);
        out.write(chunk, 0, n);
      }
      channel.endOutput();
      return new Sent(digest.digest(), size);
    };
  }

  private static Callable<Sent> receiving(DataChannel channel) {
    return () -> {
      MessageDigest digest = sha256();
      InputStream in = channel.input();
      byte[] chunk = new byte[CHUNK];
      long bytes = 0;
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
        bytes += n;
      }
      return new Sent(digest.digest(), bytes);
    };
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private <T> T within(Future<T> future) throws InterruptedException, Failed {
    try {
      return future.get(PEER_SECONDS + size / (1 << 20), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new Failed("A step failed: " + e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new Failed("A step did not end in time.");
    }
  }

  private void begin() {
    stepStarted = System.nanoTime();
  }

  private long elapsed() {
    return System.nanoTime() - stepStarted;
  }

  private void print(String step, long nanos, String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    double millis = nanos / 1e6;
    terminal.result(
        Event.of(
                Event.Kind.STEP,
                String.format(Locale.ROOT, "%-16s %s (%.1f ms)", step, text, millis))
            .with("step", step)
            .with("text", text)
            .with("millis", millis));
  }

  @Override
  public void close() {
    userAgents.forEach(UserAgent::close);
    threads.shutdownNow();
  }
}
