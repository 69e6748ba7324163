package org.m2mx.ua.check;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** A list of cases, run one after the other, each on connections of its own. */
public final class Check {
  private static final System.Logger LOG = System.getLogger(Check.class.getName());

  /** How long a case may go on when all that it works with was closed. */
  private static final Duration FAREWELL = Duration.ofSeconds(1);

  private final List<CheckCase> cases;

  Check(List<CheckCase> cases) {
    this.cases = cases;
  }

  /**
   * What is asked of a server.
   *
   * @return the check
   */
  public static Check ofServer() {
    return new Check(ServerCases.all());
  }

  /**
   * What is asked of a device that sends back what it gets.
   *
   * @return the check
   */
  public static Check ofDevice() {
    List<CheckCase> cases = new ArrayList<>(DeviceCases.all());
    cases.addAll(CallingCases.all());
    cases.addAll(RegisteringCases.all());
    // The last one: nobody is there after it.
    cases.add(DeviceCases.leaseLapse());
    return new Check(cases);
  }

  /** Returns the names of the cases, in their order. */
  public List<String> ids() {
    return cases.stream().map(CheckCase::id).toList();
  }

  /**
   * Leaves only some cases.
   *
   * @param ids their names
   * @return the rest, in their order
   * @throws IllegalArgumentException if there is no such case
   */
  public Check only(Set<String> ids) {
    for (String id : ids) {
      if (!ids().contains(id)) {
        throw new IllegalArgumentException("There is no case " + id + "; there are " + ids());
      }
    }
    return new Check(cases.stream().filter(one -> ids.contains(one.id())).toList());
  }

  /**
   * What a case asks for.
   *
   * @param id its name, which stays
   * @param section the RFC and section that ask for it
   * @param title what is asked for, one line
   */
  public record Description(String id, String section, String title) {}

  /** Returns what there is to run, in its order. */
  public List<Description> describe() {
    return cases.stream()
        .map(one -> new Description(one.id(), one.section(), one.title()))
        .toList();
  }

  /**
   * Runs the cases.
   *
   * @param participants who takes part
   * @param clock tells the time
   * @param outcomes is told of each, at once
   * @throws UserAgentException if an account is refused or the server is not there, so that no case
   *     makes sense
   * @throws InterruptedException if the running thread is interrupted: what the case under way has
   *     started is ended then, and nobody is told of it
   */
  public void run(Participants participants, Clock clock, Consumer<Outcome> outcomes)
      throws UserAgentException, InterruptedException {
    for (CheckCase one : cases) {
      outcomes.accept(run(one, participants, clock));
    }
  }

  private static Outcome run(CheckCase one, Participants participants, Clock clock)
      throws UserAgentException, InterruptedException {
    long started = System.nanoTime();
    try (Bench bench = new Bench(participants, clock)) {
      Ending ending = ending(one, bench);
      return new Outcome(
          one.id(),
          one.section(),
          one.title(),
          ending.verdict(),
          ending.why(),
          bench.trace().messages(),
          Duration.ofNanos(System.nanoTime() - started));
    }
  }

  private record Ending(Outcome.Verdict verdict, String why) {}

  /**
   * Runs a case on a thread of its own: whoever waits for it can be interrupted, which a read of a
   * socket cannot.
   */
  private static Ending ending(CheckCase one, Bench bench)
      throws UserAgentException, InterruptedException {
    CompletableFuture<Void> script = new CompletableFuture<>();
    Thread thread = new Thread(() -> run(one, bench, script), "m2mx-ua-check-" + one.id());
    thread.setDaemon(true);
    // Kept before all that the script keeps, and so the last to be closed.
    bench.keep(() -> awaitEnd(one, script));
    thread.start();
    try {
      script.get();
      return new Ending(Outcome.Verdict.PASS, "");
    } catch (ExecutionException e) {
      return ending(one, e.getCause());
    } finally {
      thread.interrupt();
    }
  }

  private static void run(CheckCase one, Bench bench, CompletableFuture<Void> script) {
    try {
      one.script().run(bench);
      script.complete(null);
    } catch (Throwable e) {
      script.completeExceptionally(e);
    }
  }

  /** Whether or not this thread is interrupted. */
  private static void awaitEnd(CheckCase one, CompletableFuture<Void> script) {
    boolean ended =
        script
            .handle((nothing, cause) -> true)
            .completeOnTimeout(false, FAREWELL.toMillis(), TimeUnit.MILLISECONDS)
            .join();
    if (!ended) {
      LOG.log(System.Logger.Level.WARNING, "{0} does not end", one.id());
    }
  }

  private static Ending ending(CheckCase one, Throwable cause) throws UserAgentException {
    if (cause instanceof CheckSkipped skipped) {
      return new Ending(Outcome.Verdict.SKIP, skipped.getMessage());
    }
    if (cause instanceof UserAgentException e
        && (e.reason() == Reason.SERVER_UNREACHABLE || e.reason() == Reason.SERVER_CERTIFICATE)) {
      throw e;
    }
    if (cause instanceof Error error) {
      throw error;
    }
    LOG.log(System.Logger.Level.DEBUG, one.id(), cause);
    return new Ending(Outcome.Verdict.FAIL, reason(cause));
  }

  private static String reason(Throwable cause) {
    if (cause instanceof IOException) {
      return "the connection broke: " + cause.getMessage();
    }
    if (cause instanceof RuntimeException) {
      return "the check makes nothing of what came: " + cause;
    }
    return cause.getMessage();
  }
}
