package org.m2mx.ua.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.ua.testing.Background.inBackground;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Proxy;
import java.net.ProtocolException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.testserver.EndlessInput;

/**
 * Streams whose connections are lost at any octet, and peers that do not keep to what is agreed.
 */
@Timeout(180)
class ResumableChannelTest {
  private static final Duration LONG = Duration.ofMinutes(2);
  private static final int WINDOW = 4096;

  private final BlockingQueue<IOException> losses = new LinkedBlockingQueue<>();

  private ResumableChannel stream(TestConnection first, int window) {
    return stream(first, window, LONG);
  }

  private ResumableChannel stream(TestConnection first, int window, Duration patience) {
    ResumableChannel stream = new ResumableChannel(first, window, patience);
    stream.begin(losses::add);
    return stream;
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] octets(Random random, int most) {
    byte[] octets = new byte[random.nextInt(most)];
    random.nextBytes(octets);
    return octets;
  }

  /** In pieces of any length, and its end. */
  private static CompletableFuture<Boolean> send(ResumableChannel to, byte[] octets, long seed) {
    return inBackground(
        () -> {
          Random random = new Random(seed);
          for (int sent = 0; sent < octets.length; ) {
            int piece = Math.min(octets.length - sent, 1 + random.nextInt(3_000));
            to.output().write(octets, sent, piece);
            sent += piece;
          }
          to.endOutput();
          return to.awaitTaken(LONG);
        });
  }

  /** Neither lost nor doubled, in both directions at once, by as many connections as it takes. */
  @Test
  void nothingIsLostOrDoubledWhereverConnectionsAreCut() throws Exception {
    long connections = 0;
    for (long seed = 0; seed < 300; seed++) {
      connections += exchange(seed);
    }
    assertThat(connections).as("connections").isGreaterThan(900);
  }

  private long exchange(long seed) throws Exception {
    Random random = new Random(seed);
    byte[] there = octets(random, 20_000);
    byte[] back = octets(random, 20_000);
    int window = 1 + random.nextInt(WINDOW);
    TestConnection[] ends = cut(random);
    ResumableChannel alice = stream(ends[0], window);
    ResumableChannel video = stream(ends[1], window);
    CompletableFuture<Boolean> sentThere = send(alice, there, seed);
    CompletableFuture<Boolean> sentBack = send(video, back, ~seed);
    CompletableFuture<byte[]> gotThere = inBackground(() -> video.input().readAllBytes());
    CompletableFuture<byte[]> gotBack = inBackground(() -> alice.input().readAllBytes());
    CompletableFuture<Void> done = CompletableFuture.allOf(sentThere, sentBack, gotThere, gotBack);
    int connections = 1;
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!done.isDone()) {
      assertThat(System.nanoTime()).as("in time with seed %d", seed).isLessThan(deadline);
      if (alice.isSuspended() || video.isSuspended() || random.nextInt(2_000) == 0) {
        alice.suspend();
        video.suspend();
        ends = connections++ < 20 ? cut(random) : TestConnection.pair();
        alice.resume(ends[0]);
        video.resume(ends[1]);
      }
      losses.poll(1, TimeUnit.MILLISECONDS);
    }
    assertThat(gotThere.join()).as("there, with seed %d", seed).isEqualTo(there);
    assertThat(gotBack.join()).as("back, with seed %d", seed).isEqualTo(back);
    assertThat(sentThere.join() && sentBack.join()).as("taken, with seed %d", seed).isTrue();
    assertThat(alice.bytesSent()).isEqualTo(there.length);
    assertThat(alice.bytesReceived()).isEqualTo(back.length);
    alice.close();
    video.close();
    return connections;
  }

  private static TestConnection[] cut(Random random) {
    int at = random.nextInt(random.nextBoolean() ? 100 : 12_000);
    return random.nextBoolean()
        ? TestConnection.pair(at, Long.MAX_VALUE)
        : TestConnection.pair(Long.MAX_VALUE, at);
  }

  @Test
  void eachDirectionEndsByItself() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ResumableChannel video = stream(ends[1], WINDOW);
    alice.output().write(text("question"));
    alice.endOutput();
    assertThat(video.input().readAllBytes()).asString().isEqualTo("question");
    assertThat(alice.awaitTaken(LONG)).isTrue();
    alice.suspend();
    video.output().write(text("ans"));
    TestConnection[] others = TestConnection.pair();
    alice.resume(others[0]);
    video.resume(others[1]);
    video.output().write(text("wer"));
    video.endOutput();
    assertThat(alice.input().readAllBytes()).asString().isEqualTo("answer");
    assertThat(alice.input().read()).isEqualTo(-1);
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> alice.output().write(1))
        .withMessage("the output has ended");
  }

  /** A program that takes nothing holds up its own direction only. */
  @Test
  void theWriterWaitsWhereTheWindowIsFull() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ResumableChannel video = stream(ends[1], WINDOW);
    byte[] octets = new byte[10 * WINDOW];
    new Random(1).nextBytes(octets);
    CompletableFuture<Boolean> sent = send(alice, octets, 1);
    while (video.input().available() < WINDOW) {
      Thread.sleep(5);
    }
    video.output().write(text("from the other side"));
    assertThat(alice.input().readNBytes(19)).asString().isEqualTo("from the other side");
    assertThat(alice.bytesSent()).isEqualTo(WINDOW);
    assertThat(alice.awaitTaken(Duration.ofMillis(10))).isFalse();
    assertThat(sent).isNotDone();
    assertThat(video.input().readAllBytes()).isEqualTo(octets);
    assertThat(sent.get()).isTrue();
  }

  @Test
  void noOtherConnectionInTimeIsAnErrorThatSaysWhatIsInDoubt() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW, Duration.ofMillis(100));
    ends[1].abort();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              alice.output().write(text("lost?"));
              alice.input().read();
            })
        .withMessage(
            "connection lost; no other connection within 0 s, and 5 octets that the peer may not"
                + " have got");
    assertThat(losses.poll(1, TimeUnit.MINUTES)).hasMessage("connection lost");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.output().write(1))
        .withMessageContaining("no other connection");
    TestConnection[] late = TestConnection.pair();
    alice.resume(late[0]);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> late[1].input().read());
  }

  @Test
  void aSessionThatEndsLeavesWhatHasCome() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ResumableChannel video = stream(ends[1], WINDOW);
    video.output().write(text("last words"));
    while (alice.input().available() < 10) {
      Thread.sleep(5);
    }
    alice.sessionEnded();
    video.close();
    assertThat(alice.input().readNBytes(10)).asString().isEqualTo("last words");
    String brokenOff = "the session ended before the stream: the peer has closed it";
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.input().read())
        .withMessage(brokenOff);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.output().write(1))
        .withMessage(brokenOff);
    assertThatExceptionOfType(SocketException.class)
        .isThrownBy(() -> video.input().read())
        .withMessage("closed");
  }

  /** Whoever closes does not wait for the end to be taken, nor leaves it behind. */
  @RepeatedTest(20)
  void anEndGoesBeforeTheConnectionIsClosed() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ResumableChannel video = stream(ends[1], WINDOW);
    video.output().write(text("last words"));
    while (alice.input().available() < 10) {
      Thread.sleep(5);
    }
    alice.sessionEnded();
    video.endOutput();
    video.close();
    assertThat(alice.input().readAllBytes()).asString().isEqualTo("last words");
  }

  @Test
  void aConnectionLostAtTheEndOfTheSessionIsNoEnd() {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    alice.sessionEnded();
    ends[1].abort();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.input().read())
        .withMessage("the session ended before the stream: connection lost");
  }

  @Test
  void closingWakesWhoeverWaits() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    CompletableFuture<Integer> reading = inBackground(() -> alice.input().read());
    CompletableFuture<Boolean> sending = send(alice, new byte[2 * WINDOW], 1);
    while (alice.bytesSent() < WINDOW) {
      Thread.sleep(5);
    }
    alice.abort();
    assertThat(reading.handle((octet, failure) -> failure).get())
        .isInstanceOf(SocketException.class);
    assertThat(sending.handle((octet, failure) -> failure).get())
        .isInstanceOf(SocketException.class);
    assertThat(losses).isEmpty();
  }

  /** A writer that never stops keeps nobody waiting who only wants what was there to be taken. */
  @Test
  void whatIsWrittenMeanwhileIsNotWaitedFor() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ResumableChannel video = stream(ends[1], WINDOW);
    CompletableFuture<Long> writing =
        inBackground(() -> new EndlessInput().transferTo(alice.output()));
    CompletableFuture<Long> reading =
        inBackground(() -> video.input().transferTo(OutputStream.nullOutputStream()));
    for (int i = 0; i < 20; i++) {
      assertThat(alice.awaitTaken(LONG)).isTrue();
    }
    assertThat(writing).isNotDone();
    assertThat(reading).isNotDone();
    alice.abort();
    video.abort();
  }

  @Test
  void waitingHasALimitOfItsOwn() throws Exception {
    ResumableChannel alice = stream(TestConnection.pair()[0], WINDOW);
    alice.output().write(1);
    assertThat(alice.awaitTaken(LONG, Duration.ofMillis(10))).isFalse();
  }

  /** A BYE may overtake what was said before it. */
  @Test
  void whatIsTakenCountsAfterTheSessionToo() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    alice.output().write(text("five!"));
    ends[1].input().readNBytes(8);
    alice.sessionEnded();
    CompletableFuture<Boolean> taken = inBackground(() -> alice.awaitTaken(LONG));
    ends[1].output().write(frame(Frame.TAKEN, 8, 5));
    assertThat(taken.get()).isTrue();
    alice.output().write(text("more"));
    ends[1].close();
    assertThat(alice.awaitTaken(LONG)).isFalse();
  }

  @Test
  void closingTellsWhatWasTaken() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ends[1].output().write(frame(Frame.DATA, 1));
    assertThat(alice.input().read()).isZero();
    alice.close();
    assertThat(ends[1].input().readAllBytes()).isEqualTo(frame(Frame.TAKEN, 8, 1));
    assertThat(losses).isEmpty();
  }

  @Test
  void closingBreaksOffWhatIsStuckWhenInterrupted() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], 100_000);
    alice.output().write(new byte[50_000]);
    ends[1].input().read();
    Thread.currentThread().interrupt();
    alice.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> ends[1].input().readAllBytes());
    assertThat(alice.isSuspended()).isFalse();
  }

  /** The system of a process that was killed closes its connections as if it had ended. */
  @Test
  void aConnectionClosedByAPeerThatHasSaidNothingIsNoEnd() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ends[1].close();
    assertThat(losses.poll(1, TimeUnit.MINUTES)).hasMessage("the peer has closed it");
    assertThat(alice.isSuspended()).isTrue();
    alice.sessionEnded();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.input().read())
        .withMessage("the session ended before the stream: the peer has closed it");
  }

  @Test
  void aProgramThatTakesItsTimeStillGetsWhatHasCome() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], WINDOW);
    ends[1].output().write(frame(Frame.DATA, 2));
    while (alice.input().available() < 2) {
      Thread.sleep(5);
    }
    alice.sessionEnded();
    alice.disconnect();
    assertThat(alice.input().readNBytes(2)).hasSize(2);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.input().read())
        .withMessage("the session ended before the stream: nothing more came");
  }

  /** Nobody else waits for it. */
  @Test
  void aConnectionMayTakeItsTimeToBreakOff() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    CountDownLatch broken = new CountDownLatch(1);
    CountDownLatch asked = new CountDownLatch(1);
    DataChannel slow =
        (DataChannel)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataChannel.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("abort")) {
                    asked.countDown();
                    broken.await();
                  }
                  return method.invoke(ends[0], arguments);
                });
    ResumableChannel alice = new ResumableChannel(slow, WINDOW, LONG);
    alice.begin(losses::add);
    ends[1].output().write(frame(Frame.DATA, 2));
    while (alice.input().available() < 2) {
      Thread.sleep(5);
    }
    CompletableFuture<Boolean> suspending =
        inBackground(
            () -> {
              alice.suspend();
              return true;
            });
    asked.await();
    assertThat(alice.isSuspended()).isTrue();
    assertThat(alice.input().readNBytes(2)).hasSize(2);
    alice.output().write(text("meanwhile"));
    assertThat(suspending).isNotDone();
    broken.countDown();
    assertThat(suspending.get()).isTrue();
  }

  private static byte[] frame(int type, int length, long... numbers) {
    ByteBuffer frame = ByteBuffer.allocate(Frame.HEADER + length);
    frame.put((byte) type).putShort((short) length);
    for (long number : numbers) {
      frame.putLong(number);
    }
    return frame.array();
  }

  private void assertRefused(String why, byte[]... frames) throws IOException {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], 100);
    alice.output().write(text("five!"));
    assertThat(new DataInputStream(ends[1].input()).readNBytes(8)).hasSize(8);
    OutputStream out = ends[1].output();
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              for (byte[] frame : frames) {
                out.write(frame);
              }
              alice.input().readAllBytes();
              alice.output().write(new byte[1_000]);
            })
        .withMessageContaining(why)
        .withCauseInstanceOf(ProtocolException.class);
    assertThat(losses).isEmpty();
  }

  @Test
  void aPeerThatDoesNotKeepToTheProtocolEndsTheStream() throws Exception {
    assertRefused("more than the window", frame(Frame.DATA, 101));
    assertRefused("on after its end", frame(Frame.END, 0), frame(Frame.DATA, 1));
    assertRefused("ends twice", frame(Frame.END, 0), frame(Frame.END, 0));
    assertRefused("says 6 where only 0 to 5", frame(Frame.TAKEN, 8, 6));
    assertRefused("says -1 where", frame(Frame.TAKEN, 8, -1));
    assertRefused("says 2 where only 3", frame(Frame.TAKEN, 8, 3), frame(Frame.TAKEN, 8, 2));
    assertRefused("type 3 with 7 octets", frame(Frame.TAKEN, 7));
    assertRefused("type 2 with 1 octets", frame(Frame.END, 1));
    assertRefused("type 4 at the wrong time", frame(Frame.RESUME, 16, 0, 0));
    assertRefused("type 9", frame(9, 0));
  }

  @Test
  void aPeerThatGoesOnHasToSayWhereItIs() throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], 100);
    alice.suspend();
    TestConnection[] others = TestConnection.pair();
    alice.resume(others[0]);
    assertThat(others[1].input().readNBytes(19)).isEqualTo(frame(Frame.RESUME, 16, 0, 0));
    others[1].output().write(frame(Frame.DATA, 1));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.input().read())
        .withMessageContaining("type 1 at the wrong time");
  }

  /** It has got five octets, and taken two. */
  private void assertNotResumed(String why, long received, long taken) throws Exception {
    TestConnection[] ends = TestConnection.pair();
    ResumableChannel alice = stream(ends[0], 100);
    alice.output().write(text("five!"));
    ends[1].input().readNBytes(8);
    ends[1].output().write(frame(Frame.TAKEN, 8, 2));
    ends[1].output().write(frame(Frame.DATA, 1));
    alice.input().read();
    alice.suspend();
    TestConnection[] others = TestConnection.pair();
    alice.resume(others[0]);
    others[1].output().write(frame(Frame.RESUME, 16, received, taken));
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> alice.input().read())
        .withMessageContaining(why);
  }

  @Test
  void aPeerCannotGoOnFromWhereItNeverWas() throws Exception {
    assertNotResumed("says 6 where only 2 to 5", 6, 2);
    assertNotResumed("says 1 where only 2 to 5", 1, 1);
    assertNotResumed("says 4 where only 2 to 3", 3, 4);
    assertNotResumed("says 1 where only 2 to 3", 3, 1);
  }
}
