package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** More work than the server can do: what it does of it stays useful. */
class OverloadTest {
  private static final int WORKERS = 4;
  private static final int CAPACITY = WORKERS * 1000 / SlowServlet.MILLIS;
  private static final int SECONDS = 4;

  @TempDir private Path folder;
  private TestServer server;
  private final Map<String, Integer> answers = new ConcurrentHashMap<>();
  private final AtomicInteger withoutRetryAfter = new AtomicInteger();

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(folder, SlowServlet.class).set("sip.workers", "" + WORKERS).start();
  }

  @AfterEach
  void stop() {
    server.close();
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
    int atCapacity = offer(client, CAPACITY, "peak-");
    int atTwice = offer(client, 2 * CAPACITY, "twice-");

    assertThat(atTwice).isGreaterThanOrEqualTo(atCapacity * 8 / 10);
    assertThat(answers.keySet())
        .containsExactlyInAnyOrder("SIP/2.0 200 OK", "SIP/2.0 503 Service unavailable");
    assertThat(withoutRetryAfter).hasValue(0);
    client.hangUp();
    reader.join();
  }

  @Test
  void letsCallsThatExistGoOnWhileNewOnesAreRefused() throws Exception {
    SipClient flood = server.tcp("mallory", "::1");
    Thread reader = reader(flood);
    AtomicBoolean over = new AtomicBoolean();
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
    try (SipClient alice = server.tcp("alice", "::1")) {
      Eventually.is(() -> answers.containsKey("SIP/2.0 503 Service unavailable"));
      alice.send("BYE", "sip:example.org", "old", 2, "<sip:example.org>;tag=known");
      assertThat(alice.receive().firstLine())
          .as("it got in: there is no such dialog, but that was for the container to find out")
          .startsWith("SIP/2.0 481 ");
    } finally {
      over.set(true);
      flooding.join();
    }
    flood.hangUp();
    reader.join();
  }
}
