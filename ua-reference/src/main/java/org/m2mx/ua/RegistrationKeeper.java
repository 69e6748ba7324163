package org.m2mx.ua;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.signalling.Binding;
import org.m2mx.ua.signalling.RegistrarClient;
import org.m2mx.ua.signalling.Signalling;

/**
 * Keeps a name registered: refreshes before it expires, connects anew when the flow breaks or this
 * machine's address changes, and takes the binding back at the end.
 */
final class RegistrationKeeper {
  private static final System.Logger LOG = System.getLogger(RegistrationKeeper.class.getName());

  /** How many doublings of the base wait are looked at; beyond, the maximum holds anyway. */
  private static final int MOST_DOUBLINGS = 20;

  /**
   * When the clock on the wall has gained so much on the machine's running time, or this wakes so
   * late, the machine or this process was suspended, and nobody knows what of its connections and
   * holes is left.
   */
  private static final Duration SLEPT = Duration.ofSeconds(20);

  private enum Wake {
    CONNECTION_LOST,
    CONNECTION_DOUBTED,
    STOP,
  }

  private final Aor aor;
  private final Signalling signalling;
  private final RegistrarClient registrar;
  private final SourceAddress sourceAddress;
  private final Timing timing;
  private final Clock clock;
  private final UserAgentListener listener;
  private final Runnable awake;
  private final Runnable connectedAnew;
  private final BlockingQueue<Wake> wakes = new LinkedBlockingQueue<>();
  private Thread thread;
  private volatile boolean bound;
  private volatile int connection;
  private volatile int doubted = -1;
  private Instant refreshAt;
  private InetAddress source;

  RegistrationKeeper(
      Aor aor,
      Signalling signalling,
      RegistrarClient registrar,
      SourceAddress sourceAddress,
      Timing timing,
      Clock clock,
      UserAgentListener listener,
      Runnable awake,
      Runnable connectedAnew) {
    this.aor = aor;
    this.signalling = signalling;
    this.registrar = registrar;
    this.sourceAddress = sourceAddress;
    this.timing = timing;
    this.clock = clock;
    this.listener = listener;
    this.awake = awake;
    this.connectedAnew = connectedAnew;
  }

  /** Registers, and keeps registered from then on. */
  synchronized Registration start() throws UserAgentException, InterruptedException {
    if (thread != null) {
      throw new IllegalStateException(aor + " is registered already");
    }
    if (!signalling.isConnected()) {
      signalling.connect();
    }
    Registration registration = register();
    thread = new Thread(this::keep, "m2mx-ua-registration-" + aor.user());
    thread.setDaemon(true);
    thread.start();
    return registration;
  }

  void connectionLost() {
    wakes.add(Wake.CONNECTION_LOST);
  }

  /**
   * Returns the number of the connection to the server, which is another after each reconnection.
   */
  int connection() {
    return connection;
  }

  /**
   * Nothing has come back by a connection: it may have broken without a word, and is replaced.
   *
   * @param silent its number; if it is not the present one, nothing is done
   */
  void doubt(int silent) {
    if (silent == connection) {
      doubted = silent;
      wakes.add(Wake.CONNECTION_DOUBTED);
    }
  }

  /** Stops keeping, and unregisters if there is a flow to do it on. */
  void stop() {
    Thread keeper;
    synchronized (this) {
      keeper = thread;
    }
    if (keeper == null) {
      return;
    }
    wakes.add(Wake.STOP);
    keeper.interrupt();
    try {
      keeper.join(TimeUnit.SECONDS.toMillis(1));
      if (bound && signalling.isConnected()) {
        registrar.unregister();
      }
    } catch (UserAgentException e) {
      LOG.log(System.Logger.Level.INFO, "{0} stays registered: {1}", aor, e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Registration register() throws UserAgentException, InterruptedException {
    Binding binding = registrar.register(timing.expiry());
    signalling.keepAlive(binding);
    double share = ThreadLocalRandom.current().nextDouble(0.5, 0.9);
    refreshAt = clock.instant().plusMillis(Math.round(binding.expires().toMillis() * share));
    source = sourceNow();
    bound = true;
    Registration registration =
        new Registration(
            aor,
            binding.contact(),
            signalling.localAddress(),
            signalling.remoteAddress(),
            signalling.tlsProtocol(),
            signalling.tlsCipherSuite(),
            Fingerprint.of(signalling.serverCertificate()),
            binding.server(),
            binding.serverTime(),
            binding.expires());
    listener.registered(registration);
    return registration;
  }

  /**
   * How far the clock on the wall is ahead of the system's count of the time that it has run, which
   * stands still while the machine is suspended.
   */
  private Duration lead() {
    return Duration.ofMillis(clock.millis()).minusNanos(System.nanoTime());
  }

  private void keep() {
    try {
      Duration lead = lead();
      Instant due = due();
      while (awaken(due) != Wake.STOP) {
        Duration before = lead;
        lead = lead();
        Duration gained = lead.minus(before);
        Duration late = Duration.between(due, clock.instant());
        try {
          attend(gained.compareTo(late) > 0 ? gained : late);
        } catch (RuntimeException e) {
          LOG.log(
              System.Logger.Level.ERROR, aor + " could not be kept registered: trying again", e);
          Thread.sleep(timing.retryBase().toMillis());
        }
        due = due();
      }
    } catch (InterruptedException e) {
      LOG.log(System.Logger.Level.DEBUG, "{0} is not kept registered any more", aor);
    } catch (UserAgentException e) {
      bound = false;
      listener.refused(e);
    }
  }

  /** Returns when there may be something to do, not before now. */
  private Instant due() {
    Instant now = clock.instant();
    Instant look = now.plus(timing.addressPoll());
    Instant due = refreshAt.isBefore(look) ? refreshAt : look;
    return due.isBefore(now) ? now : due;
  }

  /** Waits for a wake, or until something is due: then it is null. */
  private Wake awaken(Instant due) throws InterruptedException {
    long wait = Duration.between(clock.instant(), due).toMillis();
    return wakes.poll(Math.max(wait, 0), TimeUnit.MILLISECONDS);
  }

  private void attend(Duration slept) throws UserAgentException, InterruptedException {
    boolean asleep = slept.compareTo(SLEPT) > 0;
    if (asleep) {
      LOG.log(System.Logger.Level.INFO, "{0} was asleep for {1}", aor, slept);
      // The server may be away for longer, which must not keep the peer out.
      awake.run();
    }
    Optional<UserAgentException> loss = signalling.loss();
    if (loss.isPresent()) {
      recover(loss.get());
    } else if (asleep || doubted == connection || hasMoved()) {
      again(true);
    } else if (!bound || !clock.instant().isBefore(refreshAt)) {
      again(false);
    }
  }

  /**
   * Says whether the system would now send from another address than at the last registration. The
   * flow's own address is no measure: a system may have one rule for it and another for new flows.
   */
  private boolean hasMoved() {
    InetAddress now = sourceNow();
    if (now == null || source == null || now.equals(source)) {
      return false;
    }
    LOG.log(System.Logger.Level.INFO, "Moved from {0} to {1}", IpText.of(source), IpText.of(now));
    return true;
  }

  /** Returns null where there is no network; when there is one again it will be compared. */
  private InetAddress sourceNow() {
    try {
      return sourceAddress.towards(signalling.remoteAddress());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "No route to the server", e);
      return null;
    }
  }

  private void again(boolean onNewFlow) throws UserAgentException, InterruptedException {
    try {
      if (onNewFlow) {
        reconnect();
      }
      register();
      if (onNewFlow) {
        connectedAnew.run();
      }
    } catch (UserAgentException e) {
      recover(e);
    }
  }

  /** What was bound was bound to the flow before. */
  private void reconnect() throws UserAgentException {
    signalling.connect();
    connection++;
    bound = false;
  }

  /** Tries with growing waits until it works (RFC 5626 section 4.5). */
  private void recover(UserAgentException first) throws UserAgentException, InterruptedException {
    UserAgentException cause = first;
    for (int failures = 0; true; failures++) {
      if (cause.reason() == Reason.AUTHENTICATION) {
        throw cause;
      }
      Duration wait = wait(failures);
      listener.unreachable(cause, wait);
      Thread.sleep(wait.toMillis());
      try {
        reconnect();
        register();
        wakes.remove(Wake.CONNECTION_LOST);
        connectedAnew.run();
        return;
      } catch (UserAgentException e) {
        cause = e;
      }
    }
  }

  private Duration wait(int failures) {
    long doubled = timing.retryBase().toMillis() << Math.min(failures, MOST_DOUBLINGS);
    long most = Math.min(doubled, timing.retryMax().toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}
