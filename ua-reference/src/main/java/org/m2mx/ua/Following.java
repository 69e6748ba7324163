package org.m2mx.ua;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.signalling.InviteDialog;
import org.m2mx.ua.signalling.ReceivedReinvite;

/**
 * How one session stays with sides that move, sleep, or lose what they are connected by. What
 * cannot be agreed on at once is tried again for a while: either side's connection to the server
 * may just be another, which its peer and the server learn late.
 */
final class Following {
  private static final System.Logger LOG = System.getLogger(Following.class.getName());

  /** How much longer than the caller the callee waits, so that the two do not ask at once. */
  private static final int CALLEES_FACTOR = 4;

  private static final int FIRST_PAUSE_FACTOR = 4;
  private static final int LONGEST_PAUSE_FACTOR = 16;

  private final Session session;
  private final InviteDialog dialog;
  private final RegistrationKeeper keeper;
  private final Timing timing;
  private final UserAgentListener listener;
  private final ScheduledExecutorService timer;
  private final Executor threads;

  /** Somebody is asking the peer. */
  private boolean busy;

  /** Something has happened meanwhile that it has to be asked for once more. */
  private boolean wanted;

  /** The two sides do not agree on what is now, and have not since a moment. */
  private boolean troubled;

  private long since;
  private Duration pause;
  private ScheduledFuture<?> next;

  /**
   * @param keeper keeps the connection to the server
   * @param timer for what takes no time
   * @param threads for what may take some
   */
  Following(
      Session session,
      InviteDialog dialog,
      RegistrationKeeper keeper,
      Timing timing,
      UserAgentListener listener,
      ScheduledExecutorService timer,
      Executor threads) {
    this.session = session;
    this.dialog = dialog;
    this.keeper = keeper;
    this.timing = timing;
    this.listener = listener;
    this.timer = timer;
    this.threads = threads;
  }

  private SessionMedia media() {
    return session.media();
  }

  /** Begins; the session's channel is open. */
  void begin() {
    media().begin(this::lost);
    dialog.onReinvite(reinvite -> threads.execute(() -> reinvited(reinvite)));
    dialog.onSilence(() -> threads.execute(this::follow));
  }

  /** There is a new connection to the server, perhaps from another address or after a sleep. */
  void reconnected() {
    threads.execute(this::follow);
  }

  /**
   * A side that moves asks for another connection by itself, and one that ends the session says BYE
   * in a moment. The caller is the next to ask, so that the two do not ask at once.
   */
  private void lost(IOException cause) {
    Duration left = timing.repair().multipliedBy(dialog.isCaller() ? 1 : CALLEES_FACTOR);
    long since = System.nanoTime();
    timer.schedule(
        () -> threads.execute(() -> interrupted(cause, since)),
        left.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private void interrupted(IOException cause, long since) {
    if (media().isWithoutConnection()) {
      listener.interrupted(session, cause);
      trouble(since);
      followAgain();
    }
  }

  private synchronized void trouble(long since) {
    if (!troubled) {
      troubled = true;
      this.since = since;
      pause = timing.repair().multipliedBy(FIRST_PAUSE_FACTOR);
    }
  }

  private synchronized void settled() {
    troubled = false;
    if (next != null) {
      next.cancel(false);
    }
  }

  private void followAgain() {
    boolean still;
    synchronized (this) {
      still = troubled;
    }
    if (still) {
      follow();
    }
  }

  private void follow() {
    synchronized (this) {
      wanted = true;
      if (busy) {
        return;
      }
      busy = true;
    }
    try {
      while (isWanted()) {
        followOnce();
      }
    } catch (RuntimeException e) {
      synchronized (this) {
        busy = false;
      }
      throw e;
    }
  }

  private synchronized boolean isWanted() {
    busy = wanted && !dialog.isEnding();
    wanted = false;
    return busy;
  }

  private void followOnce() {
    int connection = keeper.connection();
    try {
      boolean moved = media().follow();
      settled();
      if (moved) {
        listener.moved(session);
      }
    } catch (UserAgentException e) {
      // Where it is given up, the connection has yet to carry BYE.
      if (failed(e) && isUnheard(e)) {
        keeper.doubt(connection);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void reinvited(ReceivedReinvite reinvite) {
    try {
      if (media().reinvited(reinvite)) {
        settled();
        listener.moved(session);
      }
    } catch (UserAgentException e) {
      failed(e);
    }
  }

  /** Returns whether it is tried again. */
  private boolean failed(UserAgentException cause) {
    LOG.log(
        System.Logger.Level.INFO,
        "Call-ID {0}: does not follow: {1}",
        session.callId(),
        cause.getMessage());
    trouble(System.nanoTime());
    Duration wait = hope(cause);
    if (wait != null) {
      listener.followsLater(session, cause, wait);
      return true;
    }
    settled();
    if (cause.reason() == Reason.NO_ANSWER) {
      dialog.giveUp();
    }
    if (!isHungUp()) {
      listener.notMoved(session, cause);
    }
    return false;
  }

  /** What was broken off by the peer's BYE has not failed. */
  private boolean isHungUp() {
    return dialog.ended().getNow(InviteDialog.End.LOST) == InviteDialog.End.PEER;
  }

  /** Has it tried again, and returns when; null if that is of no use any more. */
  private synchronized Duration hope(UserAgentException cause) {
    if (dialog.isEnding()
        || !(media().isWithoutConnection() || isForNow(cause))
        || System.nanoTime() - since > timing.patience().toNanos()) {
      return null;
    }
    Duration wait = pause;
    Duration longest = timing.repair().multipliedBy(LONGEST_PAUSE_FACTOR);
    pause = pause.multipliedBy(2).compareTo(longest) > 0 ? longest : pause.multipliedBy(2);
    if (next != null) {
      next.cancel(false);
    }
    next =
        timer.schedule(
            () -> threads.execute(this::followAgain), wait.toMillis(), TimeUnit.MILLISECONDS);
    return wait;
  }

  private static boolean isForNow(UserAgentException cause) {
    return switch (cause.reason()) {
      case NO_ANSWER, SERVER_UNREACHABLE, USER_OFFLINE, BUSY -> true;
      default -> false;
    };
  }

  /** Says whether nothing has come from the server either. */
  private static boolean isUnheard(UserAgentException cause) {
    return cause.reason() == Reason.SERVER_UNREACHABLE;
  }
}
