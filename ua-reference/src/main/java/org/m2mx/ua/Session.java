package org.m2mx.ua;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.signalling.InviteDialog;

/**
 * A call with its data channel open. It ends when either side closes it; data that the peer has
 * sent before it closed can still be read.
 *
 * <p>When the machine of either side gets another address, the session stays. A channel that
 * {@linkplain DataChannel#isResumable can} goes on, and loses nothing. Any other does not stay: the
 * two user agents agree on another one, and open and close their holes accordingly; what was on its
 * way is lost. {@link #next} tells.
 */
public final class Session implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Session.class.getName());

  /** After the peer's BYE, how long the channel may stand still before its connection is closed. */
  private static final long LINGER_SECONDS = 5;

  private static final long BYE_SECONDS = 2;

  /** How long the end of the output may take to go. */
  private static final long END_SECONDS = 2;

  /** How long a peer whose program takes nothing is waited for before BYE. */
  private static final Duration TAKING = Duration.ofSeconds(2);

  /** How long one that takes a little at a time. */
  private static final Duration LONGEST_TAKING = Duration.ofSeconds(10);

  private final InviteDialog dialog;
  private final SessionMedia media;
  private final ScheduledExecutorService timer;
  private final Executor threads;

  /**
   * @param timer for what takes no time
   * @param threads for what may take some
   */
  Session(
      InviteDialog dialog, SessionMedia media, ScheduledExecutorService timer, Executor threads) {
    this.dialog = dialog;
    this.media = media;
    this.timer = timer;
    this.threads = threads;
    dialog
        .ended()
        .thenAccept(
            end -> {
              if (end != InviteDialog.End.HERE) {
                disconnectWhenStill(media.channel().bytesReceived());
              }
            });
  }

  private void disconnectWhenStill(long receivedBefore) {
    timer.schedule(
        () -> {
          long received = media.channel().bytesReceived();
          if (received == receivedBefore) {
            threads.execute(media::disconnect);
          } else {
            disconnectWhenStill(received);
          }
        },
        LINGER_SECONDS,
        TimeUnit.SECONDS);
  }

  /** Returns the other side's name. */
  public Aor peer() {
    return dialog.peer();
  }

  /** Returns the Call-ID, by which logs on all sides name the call. */
  public String callId() {
    return dialog.callId();
  }

  /** Returns the way to the peer as it is now. */
  public DataChannel channel() {
    return media.channel();
  }

  /**
   * Waits, after a channel has broken, for the one that takes its place because either side has
   * moved. Both sides have to say there anew what may have been on its way.
   *
   * @param before a channel of this session; if it is not the last one, nothing is waited for
   * @param patience how long to wait
   * @return the session's channel, or empty if the session has ended or none has come
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Optional<DataChannel> next(DataChannel before, Duration patience)
      throws InterruptedException {
    return media.after(before, patience);
  }

  /** Returns a future that completes when either side has ended the call; never exceptionally. */
  public CompletableFuture<Void> ended() {
    return dialog.ended().thenAccept(end -> {});
  }

  SessionMedia media() {
    return media;
  }

  /**
   * Ends this side's output, says BYE if the peer has not, waits a moment for its answer, and
   * closes the channel. A stream that is resumable first waits as long as the peer's program goes
   * on taking what was written before, but 10 s at most; what it has not taken then, it misses. So
   * it is where another thread is stuck in a {@code write}: the stream is broken off after 2 s.
   */
  @Override
  public void close() {
    awaitTaken();
    boolean told = endOutput();
    await(dialog.bye());
    if (told) {
      media.close();
    } else {
      media.breakOff();
    }
  }

  /**
   * Says BYE and closes the channel at once, because this side cannot go on: the peer's program
   * sees that its stream was broken off, unless its end was written before.
   */
  public void breakOff() {
    // What another thread writes while the answer to BYE is waited for must not seem the end.
    CompletableFuture<Void> answer = dialog.bye();
    media.breakOff();
    await(answer);
  }

  private void await(CompletableFuture<Void> answerToBye) {
    try {
      answerToBye.get(BYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(System.Logger.Level.INFO, "Call-ID {0}: no answer to BYE, closing anyway", callId());
    }
  }

  /** Returns false if it does not go: TLS waits for a thread that is stuck in writing. */
  private boolean endOutput() {
    try {
      return CompletableFuture.supplyAsync(this::tellEnd, threads)
          .completeOnTimeout(false, END_SECONDS, TimeUnit.SECONDS)
          .join();
    } catch (RejectedExecutionException e) {
      // The user agent is closed, which has freed whoever was stuck.
      return tellEnd();
    }
  }

  private boolean tellEnd() {
    try {
      media.channel().endOutput();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Call-ID " + callId() + ": there is nobody to tell", e);
    }
    return true;
  }

  private void awaitTaken() {
    try {
      if (!media.channel().awaitTaken(TAKING, LONGEST_TAKING)) {
        LOG.log(System.Logger.Level.INFO, "Call-ID {0}: closing before all was taken", callId());
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Call-ID " + callId() + ": closing what is broken", e);
    }
  }
}
