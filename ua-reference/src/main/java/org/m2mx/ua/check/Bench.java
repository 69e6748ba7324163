package org.m2mx.ua.check;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.shell.StartedCommand;
import org.m2mx.ua.signalling.RawFlow;

/** What a case has to work with: parties on connections of their own, and a trace of it all. */
final class Bench implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Bench.class.getName());
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final byte[] SOMETHING = new byte[1000];

  private final Participants participants;
  private final Clock clock;
  private final Trace trace = new Trace();
  private final Deque<AutoCloseable> closing = new ArrayDeque<>();
  private boolean closed;

  Bench(Participants participants, Clock clock) {
    this.participants = participants;
    this.clock = clock;
  }

  Trace trace() {
    return trace;
  }

  Participants participants() {
    return participants;
  }

  Clock clock() {
    return clock;
  }

  /** The account that the check is run for. */
  Party own() throws UserAgentException {
    return party(participants.own());
  }

  /** The account that the own one may call. */
  Party peer() throws UserAgentException, CheckSkipped {
    return party(given(participants.peer(), "--peer"));
  }

  /** The account that may not call the own one. */
  Party stranger() throws UserAgentException, CheckSkipped {
    return party(given(participants.stranger(), "--stranger"));
  }

  static <T> T given(Optional<T> thing, String option) throws CheckSkipped {
    return thing.orElseThrow(() -> new CheckSkipped("needs " + option));
  }

  Party party(Account account) throws UserAgentException {
    Party party =
        new Party(
            account, RawFlow.connect(account, CONNECT, clock), trace, participants.patience());
    keep(party);
    return party;
  }

  /** What is done with a channel. */
  interface Exchange {
    void run() throws CheckFailure, IOException;
  }

  /** Opens a channel. */
  interface Opening {
    DataChannel open() throws CheckFailure, IOException, InterruptedException, UserAgentException;
  }

  /** Ends the channel under an exchange that takes too long. */
  void within(DataChannel channel, Exchange exchange) throws CheckFailure, IOException {
    Duration patience = participants.patience();
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            () -> abort(channel),
            CompletableFuture.delayedExecutor(patience.toNanos(), TimeUnit.NANOSECONDS));
    try {
      exchange.run();
    } catch (CheckFailure | IOException e) {
      if (late.isDone()) {
        throw new SocketTimeoutException("nothing came within " + patience.toSeconds() + " s");
      }
      throw e;
    } finally {
      late.cancel(false);
    }
  }

  private static void abort(DataChannel channel) {
    try {
      channel.abort();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Ending the channel: {0}", e.getMessage());
    }
  }

  /** Fails if data comes by a channel of which a certificate is not as signalled. */
  void requireNothingFlows(Opening opening)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    boolean[] flowed = new boolean[1];
    try (DataChannel channel = opening.open()) {
      within(
          channel,
          () -> {
            channel.output().write(SOMETHING);
            flowed[0] = channel.input().read() >= 0;
          });
    } catch (IOException e) {
      trace.add(participants.own().aor().user(), "notes", String.valueOf(e.getMessage()));
    } catch (UserAgentException e) {
      if (e.reason() != Reason.DATA_CHANNEL && e.reason() != Reason.FINGERPRINT_MISMATCH) {
        throw e;
      }
    }
    CheckCase.require(!flowed[0], "data flowed with a certificate that was not signalled");
  }

  /** Starts a shell command, whose output is dropped, and which ends with the bench. */
  StartedCommand start(String command) throws IOException {
    return start(command, Map.of());
  }

  /** As {@link #start(String)}, with variables for the command. */
  StartedCommand start(String command, Map<String, String> variables) throws IOException {
    StartedCommand started =
        StartedCommand.start(command, variables, Redirect.DISCARD, Redirect.DISCARD);
    keep(started);
    return started;
  }

  /** Has something closed with the bench, before what was kept before it. */
  void keep(AutoCloseable thing) {
    synchronized (closing) {
      if (!closed) {
        closing.addFirst(thing);
        return;
      }
    }
    end(thing);
  }

  /** Ends all that is under way, from whatever thread. */
  @Override
  public void close() {
    List<AutoCloseable> all;
    synchronized (closing) {
      closed = true;
      all = List.copyOf(closing);
      closing.clear();
    }
    all.forEach(Bench::end);
  }

  /** What cannot be ended must not keep the rest from it. */
  private static void end(AutoCloseable thing) {
    try {
      thing.close();
    } catch (Exception e) {
      LOG.log(System.Logger.Level.WARNING, "What is left of a case", e);
    }
  }
}
