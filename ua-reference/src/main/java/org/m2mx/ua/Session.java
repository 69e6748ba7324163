package org.m2mx.ua;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.firewall.SessionHole;
import org.m2mx.ua.signalling.InviteDialog;

/**
 * A call with its data channel open. It ends when either side closes it; data that the peer has
 * sent before it closed can still be read.
 */
public final class Session implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Session.class.getName());

  /** After the peer's BYE, how long the channel may stand still before it is closed. */
  private static final long LINGER_SECONDS = 5;

  private static final long BYE_SECONDS = 2;

  private final InviteDialog dialog;
  private final DataChannel channel;
  private final SessionHole hole;
  private final ScheduledExecutorService timer;

  Session(
      InviteDialog dialog, DataChannel channel, SessionHole hole, ScheduledExecutorService timer) {
    this.dialog = dialog;
    this.channel = channel;
    this.hole = hole;
    this.timer = timer;
    dialog
        .ended()
        .thenAccept(
            end -> {
              if (end == InviteDialog.End.PEER) {
                closeWhenStill(channel.bytesReceived());
              }
            });
  }

  private void closeWhenStill(long receivedBefore) {
    timer.schedule(
        () -> {
          long received = channel.bytesReceived();
          if (received == receivedBefore) {
            closeChannel();
          } else {
            closeWhenStill(received);
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

  /** Returns the way to the peer. */
  public DataChannel channel() {
    return channel;
  }

  /** Returns a future that completes when either side has ended the call; never exceptionally. */
  public CompletableFuture<Void> ended() {
    return dialog.ended().thenAccept(end -> {});
  }

  /** Says BYE if the peer has not, waits a moment for its answer, and closes the channel. */
  @Override
  public void close() {
    try {
      dialog.bye().get(BYE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (TimeoutException | ExecutionException e) {
      LOG.log(System.Logger.Level.INFO, "Call-ID {0}: no answer to BYE, closing anyway", callId());
    } finally {
      closeChannel();
    }
  }

  /** The hole is needed as long as data may be on its way. */
  private void closeChannel() {
    hole.close();
    try {
      channel.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Call-ID " + callId() + ": closing the channel", e);
    }
  }
}
