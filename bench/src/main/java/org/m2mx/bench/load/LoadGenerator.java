package org.m2mx.bench.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.LongFunction;

/**
 * Begins conversations at a given rate, whether or not earlier ones are answered, as a world full
 * of devices does. The time of each is taken from when it was due, so that a server that lets the
 * load wait does not look faster for it.
 */
public final class LoadGenerator {
  private static final long T1_NANOS = 500_000_000L;
  private static final long T2_NANOS = 4_000_000_000L;
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final int MESSAGES_AT_ONCE = 256;

  private static final class Attempt {
    final Conversation conversation;
    final long due;
    List<String> sent = List.of();
    int turn;
    boolean over;
    boolean timed;

    Attempt(Conversation conversation, long due) {
      this.conversation = conversation;
      this.due = due;
    }
  }

  private record Retransmission(long at, long interval, Attempt attempt, int turn) {}

  private final UdpPort port;
  private final LongFunction<Conversation> conversations;
  private final Duration patience;
  private final Map<String, Attempt> open = new HashMap<>();
  private final Deque<Attempt> inOrder = new ArrayDeque<>();
  private final PriorityQueue<Retransmission> retransmissions =
      new PriorityQueue<>(Comparator.comparingLong(Retransmission::at));
  private LoadResult.Builder result;
  private long begun;

  /**
   * @param port where the devices are
   * @param conversations makes the conversation of a number, counted from 0 over all runs
   */
  public LoadGenerator(UdpPort port, LongFunction<Conversation> conversations) {
    this(port, conversations, PATIENCE);
  }

  LoadGenerator(UdpPort port, LongFunction<Conversation> conversations, Duration patience) {
    this.port = port;
    this.conversations = conversations;
    this.patience = patience;
  }

  /**
   * Runs a load and waits until every conversation has ended or was given up after 8 s.
   *
   * @param perSecond conversations begun a second, 1 or more
   * @param count how many in all
   * @throws IOException when the port fails
   */
  public LoadResult run(int perSecond, int count) throws IOException {
    result = new LoadResult.Builder(perSecond, count);
    long start = System.nanoTime();
    double spacing = 1e9 / perSecond;
    int started = 0;
    while (started < count || !open.isEmpty()) {
      long now = System.nanoTime();
      int due = (int) Math.min(count, (long) ((now - start) / spacing) + 1);
      boolean all = started < due && due == count;
      for (; started < due; started++) {
        begin(conversations.apply(begun++), start + (long) (started * spacing));
      }
      if (all) {
        result.allBegun();
      }
      boolean busy = receive();
      retransmit(System.nanoTime());
      giveUp(System.nanoTime());
      if (!busy) {
        port.await(1);
      }
    }
    inOrder.clear();
    retransmissions.clear();
    return result.build();
  }

  private void begin(Conversation conversation, long due) throws IOException {
    Attempt attempt = new Attempt(conversation, due);
    open.put(conversation.callId(), attempt);
    inOrder.add(attempt);
    take(attempt, conversation.begin());
  }

  private boolean receive() throws IOException {
    for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
      SipMessage message = port.receive();
      if (message == null) {
        return i > 0;
      }
      Attempt attempt = message.isResponse() ? open.get(message.header("Call-ID")) : null;
      Step step = attempt == null ? null : attempt.conversation.on(message);
      if (step != null) {
        take(attempt, step);
      }
    }
    return true;
  }

  private void take(Attempt attempt, Step step) throws IOException {
    attempt.turn++;
    attempt.sent = step.send();
    for (String message : step.send()) {
      port.send(message);
    }
    switch (step.mood()) {
      case ASKING -> askAgain(attempt, System.nanoTime(), T1_NANOS);
      case WAITING -> {}
      case ANSWERED -> {
        time(attempt);
        askAgain(attempt, System.nanoTime(), T1_NANOS);
      }
      case DONE -> {
        time(attempt);
        end(attempt);
        result.succeeded();
      }
      case FAILED -> {
        end(attempt);
        result.failed(step.reason());
      }
    }
  }

  private void time(Attempt attempt) {
    if (!attempt.timed) {
      attempt.timed = true;
      result.answeredAfter(System.nanoTime() - attempt.due);
    }
  }

  private void end(Attempt attempt) {
    attempt.over = true;
    open.remove(attempt.conversation.callId());
  }

  private void askAgain(Attempt attempt, long now, long interval) {
    retransmissions.add(new Retransmission(now + interval, interval, attempt, attempt.turn));
  }

  private void retransmit(long now) throws IOException {
    for (Retransmission next = retransmissions.peek();
        next != null && next.at() - now <= 0;
        next = retransmissions.peek()) {
      retransmissions.poll();
      Attempt attempt = next.attempt();
      if (!attempt.over && attempt.turn == next.turn()) {
        for (String message : attempt.sent) {
          port.send(message);
        }
        result.retransmitted();
        askAgain(attempt, now, Math.min(2 * next.interval(), T2_NANOS));
      }
    }
  }

  private void giveUp(long now) {
    for (Attempt oldest = inOrder.peek();
        oldest != null && (oldest.over || now - oldest.due > patience.toNanos());
        oldest = inOrder.peek()) {
      inOrder.poll();
      if (!oldest.over) {
        end(oldest);
        result.failed("no answer within " + patience.toSeconds() + " s");
      }
    }
  }
}
