package org.m2mx.sipcontainer.overload;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.overload.Admission.Kind;

/**
 * What is left of a server's work when it is offered more than it can do. The server is reckoned,
 * not run, and so is its time: a processor does one thing after the other, first of all refuse.
 */
class GoodputTest {
  private static final long CHALLENGE_MICROS = 120;
  private static final long REGISTRATION_MICROS = 240;
  private static final long REFUSAL_MICROS = 15;
  private static final long CAPACITY = 1_000_000 / (CHALLENGE_MICROS + REGISTRATION_MICROS);
  private static final long SECONDS = 20;

  /** Devices that are challenged and come back with their proof after a network's delay. */
  private static final class Server implements Backlog {
    private static final long ROUND_TRIP_MICROS = 30_000;

    private record Message(Kind kind, long at) {}

    private final Admission admission = new Admission(this, Duration.ofMillis(200));
    private final Kind proofsAre;
    private final Map<Kind, Deque<Message>> lanes = new EnumMap<>(Kind.class);
    private final PriorityQueue<Long> proofs = new PriorityQueue<>();
    private long micros;
    private int registered;

    Server(Kind proofsAre) {
      this.proofsAre = proofsAre;
      for (Kind kind : Kind.values()) {
        lanes.put(kind, new ArrayDeque<>());
      }
    }

    @Override
    public Duration delay(Kind kind) {
      return lanes.values().stream()
          .limit(kind.ordinal() + 1)
          .filter(lane -> !lane.isEmpty())
          .map(lane -> Duration.ofNanos((micros - lane.peek().at()) * 1000))
          .reduce(Duration.ZERO, (one, other) -> one.compareTo(other) > 0 ? one : other);
    }

    @Override
    public int waiting() {
      return lanes.values().stream().mapToInt(Deque::size).sum();
    }

    @Override
    public int count() {
      return 16;
    }

    @Override
    public long now() {
      return micros * 1000;
    }

    /** Returns how many devices were registered a second, after the queue has filled. */
    double offer(long perSecond) {
      long next = 0;
      int before = 0;
      while (micros < SECONDS * 1_000_000) {
        if (before == 0 && micros >= SECONDS * 500_000) {
          before = registered;
        }
        while (next * 1_000_000 / perSecond <= micros) {
          receive(new Message(Kind.NEW, next++ * 1_000_000 / perSecond));
        }
        while (!proofs.isEmpty() && proofs.peek() <= micros) {
          receive(new Message(Kind.PROVEN, proofs.poll()));
        }
        work();
      }
      return (registered - before) / (SECONDS * 0.5);
    }

    private void receive(Message message) {
      Kind kind = message.kind() == Kind.NEW ? Kind.NEW : proofsAre;
      if (admission.admits(kind)) {
        lanes.get(kind).add(message);
      } else {
        micros += REFUSAL_MICROS;
      }
    }

    private void work() {
      Message message =
          lanes.values().stream()
              .map(Deque::poll)
              .filter(Objects::nonNull)
              .findFirst()
              .orElse(null);
      if (message == null) {
        micros++;
      } else if (message.kind() == Kind.NEW) {
        micros += CHALLENGE_MICROS;
        proofs.add(micros + ROUND_TRIP_MICROS);
      } else {
        micros += REGISTRATION_MICROS;
        registered++;
      }
    }
  }

  @Test
  void staysNearThePeakAtTwiceTheLoad() {
    double peak = new Server(Kind.PROVEN).offer(CAPACITY);
    assertThat(peak).isGreaterThan(0.95 * CAPACITY);
    assertThat(new Server(Kind.PROVEN).offer(2 * CAPACITY)).isGreaterThan(0.9 * peak);
    assertThat(new Server(Kind.PROVEN).offer(4 * CAPACITY)).isGreaterThan(0.7 * peak);
  }

  @Test
  void isLostToChallengesWhenProofsHaveToComeInLikeTheRest() {
    double peak = new Server(Kind.NEW).offer(CAPACITY);
    assertThat(new Server(Kind.NEW).offer(2 * CAPACITY)).isLessThan(0.85 * peak);
  }
}
