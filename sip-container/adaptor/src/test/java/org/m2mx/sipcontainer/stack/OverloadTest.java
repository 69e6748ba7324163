package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.sipcontainer.digest.DigestAlgorithm;
import org.m2mx.sipcontainer.digest.DigestChallenge;
import org.m2mx.sipcontainer.digest.Nonces;
import org.m2mx.sipcontainer.security.IssuedNonces;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** More work than the server can do: what it does of it stays useful. */
class OverloadTest {
  private static final int WORKERS = 4;
  private static final int CAPACITY = WORKERS * 1000 / SlowServlet.MILLIS;
  private static final int SECONDS = 3;

  /** A machine that is busy with something else for a second spoils a round, not the test. */
  private static final int ROUNDS = 6;

  private final Nonces nonces = new Nonces(Clock.systemUTC(), Duration.ofMinutes(5));

  @TempDir private Path folder;
  private TestServer server;
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private final Map<String, Integer> lookups = new ConcurrentHashMap<>();
  private final AtomicInteger withoutRetryAfter = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    server =
        new TestServer(folder, SlowServlet.class)
            .set("sip.workers", "" + WORKERS)
            .set("sip.overload.queue-delay", "200")
            .attribute(IssuedNonces.class, (IssuedNonces) this::isFresh)
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private boolean isFresh(String nonce, String realm) {
    lookups.merge(nonce, 1, Integer::sum);
    return nonces.isFresh(nonce, realm);
  }

  private Thread reader(SipClient client) {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (true) {
                  Received answer = client.receive();
                  answers.merge(answer.firstLine(), 1, Integer::sum);
                  if (answer.firstLine().contains(" 503 ")
                      && answer.headers("Retry-After").isEmpty()) {
                    withoutRetryAfter.incrementAndGet();
                  }
                }
              } catch (EOFException | SocketException e) {
                assertThat(e).as("the end of the test").isNotNull();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    thread.start();
    return thread;
  }

  /** Offers work at a fixed rate, whatever comes back, and returns what was answered 200. */
  private int offer(SipClient client, int perSecond, String name) throws Exception {
    answers.clear();
    long begun = System.nanoTime();
    for (int i = 0; i < perSecond * SECONDS; i++) {
      client.send("OPTIONS", "sip:example.org", name + i, 1, "<sip:example.org>");
      long due = begun + (i + 1) * 1_000_000_000L / perSecond;
      long ahead = (due - System.nanoTime()) / 1_000_000;
      if (ahead > 0) {
        Thread.sleep(ahead);
      }
    }
    int sent = perSecond * SECONDS;
    Eventually.is(() -> answers.values().stream().mapToInt(Integer::intValue).sum() == sent);
    return answers.getOrDefault("SIP/2.0 200 OK", 0);
  }

  @Test
  void keepsItsGoodputAtTwiceWhatItCanDo() throws Exception {
    SipClient client = server.tcp("alice", "::1");
    Thread reader = reader(client);
    List<Integer> percent = new ArrayList<>();
    for (int i = 0; i < ROUNDS && percent.stream().allMatch(share -> share < 80); i++) {
      int atCapacity = offer(client, CAPACITY, "peak-" + i + "-");
      int atTwice = offer(client, 2 * CAPACITY, "twice-" + i + "-");
      assertThat(answers.keySet()).isSubsetOf("SIP/2.0 200 OK", "SIP/2.0 503 Service unavailable");
      if (answers.size() == 2) {
        percent.add(100 * atTwice / atCapacity);
      }
    }
    assertThat(percent).as("goodput").anyMatch(share -> share >= 80);
    assertThat(withoutRetryAfter).hasValue(0);
    client.hangUp();
    reader.join();
  }

  private static String statusOf(SipClient client, String method, String to, String... more)
      throws IOException {
    client.send(method, "sip:example.org", UUID.randomUUID().toString(), 2, to, more);
    return status(client.receive());
  }

  private static String status(Received answer) {
    return answer.firstLine().split(" ")[1];
  }

  private static String proof(String nonce) {
    DigestChallenge challenge =
        new DigestChallenge("example.org", nonce, Optional.empty(), DigestAlgorithm.SHA_256, false);
    return "Authorization: "
        + challenge.answer("alice", "secret", "OPTIONS", "sip:example.org", "mine");
  }

  private static Thread flooding(SipClient flood, AtomicBoolean over) {
    Thread flooding =
        new Thread(
            () -> {
              try {
                for (int i = 0; !over.get(); i++) {
                  flood.send("OPTIONS", "sip:example.org", "flood-" + i, 1, "<sip:example.org>");
                  Thread.sleep(1);
                }
              } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    flooding.start();
    return flooding;
  }

  @Test
  void letsCallsThatExistGoOnWhileNewOnesAreRefused() throws Exception {
    SipClient flood = server.tcp("mallory", "::1");
    Thread reader = reader(flood);
    AtomicBoolean over = new AtomicBoolean();
    try (SipClient alice = server.tcp("alice", "::1")) {
      alice.send("INVITE", "sip:example.org", "call", 1, "<sip:example.org>");
      Received ok = alice.receive();
      String contact = ok.header("Contact").replaceAll("[<>]", "");
      alice.send("ACK", contact, "call", 1, ok.header("To"));
      AtomicInteger cseq = new AtomicInteger(1);
      Thread flooding = flooding(flood, over);
      try {
        Eventually.is(
            () -> {
              alice.send("INFO", contact, "call", cseq.incrementAndGet(), ok.header("To"));
              return status(alice.receive()).equals("200")
                  && statusOf(alice, "OPTIONS", "<sip:example.org>").equals("503")
                  && statusOf(alice, "BYE", "<sip:example.org>;tag=made-up").equals("503");
            });
      } finally {
        over.set(true);
        flooding.join();
      }
    }
    flood.hangUp();
    reader.join();
  }

  @Test
  void letsAnswersToItsChallengesInWhileOtherProofsAreRefused() throws Exception {
    SipClient flood = server.tcp("mallory", "::1");
    Thread reader = reader(flood);
    AtomicBoolean over = new AtomicBoolean();
    Thread flooding = flooding(flood, over);
    try (SipClient alice = server.tcp("alice", "::1")) {
      Eventually.is(
          () ->
              statusOf(alice, "OPTIONS", "<sip:example.org>", proof(nonces.issue("example.org")))
                      .equals("200")
                  && statusOf(alice, "OPTIONS", "<sip:example.org>").equals("503")
                  && statusOf(alice, "OPTIONS", "<sip:example.org>", proof("" + UUID.randomUUID()))
                      .equals("503"));
    } finally {
      over.set(true);
      flooding.join();
    }
    // Else one request would use up what two are permitted.
    assertThat(lookups.values()).allMatch(times -> times == 1);
    flood.hangUp();
    reader.join();
  }

  private Received answerTo(SipClient client, String offer) throws IOException {
    client.sendWithBranch(
        "z9hG4bK" + UUID.randomUUID() + offer,
        "OPTIONS",
        "sip:example.org",
        UUID.randomUUID().toString(),
        1,
        "<sip:example.org>");
    return client.receive();
  }

  private static int asked(Received answer) {
    Matcher asked = Pattern.compile(";oc=(\\d+)").matcher(answer.header("Via"));
    assertThat(asked.find()).as(answer.text()).isTrue();
    return Integer.parseInt(asked.group(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {";oc;oc-algo=loss", ";oc;oc-algo=\"loss\"", ";oc;oc-algo=\"rate,loss\""})
  void tellsWhoTakesPartInOverloadControlThatAllIsWell(String offer) throws Exception {
    try (SipClient alice = server.tcp("alice", "::1")) {
      assertThat(answerTo(alice, offer).header("Via"))
          .contains(";oc=0")
          .contains(";oc-algo=\"loss\"")
          .contains(";oc-validity=0")
          .containsPattern(";oc-seq=\\d{1,12}\\.\\d{1,5}(;|$)");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";oc", ";oc;oc-algo=\"rate\"", ";oc-algo=\"loss\""})
  void tellsNothingToWhoDoesNotTakePart(String offer) throws Exception {
    try (SipClient alice = server.tcp("alice", "::1")) {
      assertThat(answerTo(alice, offer).header("Via"))
          .doesNotContain("oc=")
          .doesNotContain("oc-validity")
          .doesNotContain("oc-seq");
    }
  }

  @Test
  void asksWhoTakesPartToKeepSomethingBackUnderOverload() throws Exception {
    SipClient flood = server.tcp("mallory", "::1");
    Thread reader = reader(flood);
    AtomicBoolean over = new AtomicBoolean();
    Thread flooding = flooding(flood, over);
    try (SipClient alice = server.tcp("alice", "::1")) {
      Received[] last = new Received[1];
      Eventually.is(
          () -> {
            last[0] = answerTo(alice, ";oc;oc-algo=\"loss\"");
            return asked(last[0]) > 0 && last[0].firstLine().contains(" 503 ");
          });
      assertThat(last[0].headers("Retry-After")).isEmpty();
      assertThat(last[0].header("Via")).contains(";oc-validity=1000");
    } finally {
      over.set(true);
      flooding.join();
    }
    try (SipClient alice = server.tcp("alice", "::1")) {
      Eventually.is(() -> asked(answerTo(alice, ";oc;oc-algo=\"loss\"")) == 0);
    }
    flood.hangUp();
    reader.join();
  }
}
