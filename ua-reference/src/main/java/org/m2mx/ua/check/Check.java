package org.m2mx.ua.check;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** A list of cases, run one after the other, each on connections of its own. */
public final class Check {
  private final List<CheckCase> cases;

  private Check(List<CheckCase> cases) {
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
   * @return all of them
   * @throws UserAgentException if an account is refused or the server is not there, so that no case
   *     makes sense
   * @throws InterruptedException if the running thread is interrupted
   */
  public List<Outcome> run(Participants participants, Clock clock, Consumer<Outcome> outcomes)
      throws UserAgentException, InterruptedException {
    List<Outcome> all = new ArrayList<>();
    for (CheckCase one : cases) {
      Outcome outcome = run(one, participants, clock);
      outcomes.accept(outcome);
      all.add(outcome);
    }
    return all;
  }

  private static Outcome run(CheckCase one, Participants participants, Clock clock)
      throws UserAgentException, InterruptedException {
    long started = System.nanoTime();
    Outcome.Verdict verdict = Outcome.Verdict.FAIL;
    String why;
    try (Bench bench = new Bench(participants, clock)) {
      try {
        one.script().run(bench);
        verdict = Outcome.Verdict.PASS;
        why = "";
      } catch (CheckFailure e) {
        why = e.getMessage();
      } catch (CheckSkipped e) {
        verdict = Outcome.Verdict.SKIP;
        why = e.getMessage();
      } catch (IOException e) {
        why = "the connection broke: " + e.getMessage();
      } catch (UserAgentException e) {
        if (e.reason() == Reason.SERVER_UNREACHABLE || e.reason() == Reason.SERVER_CERTIFICATE) {
          throw e;
        }
        why = e.getMessage();
      }
      return new Outcome(
          one.id(),
          one.section(),
          one.title(),
          verdict,
          why,
          bench.trace().messages(),
          Duration.ofNanos(System.nanoTime() - started));
    }
  }
}
