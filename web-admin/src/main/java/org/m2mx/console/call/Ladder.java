package org.m2mx.console.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.m2mx.registry.call.CallTrace.Message;
import org.m2mx.registry.call.CallTrace.Station;

/**
 * Messages drawn between the life lines of caller, server and callee, in the order in which the
 * server saw them. Lengths are in the units of the picture.
 */
public class Ladder {
  private static final int WIDTH = 640;
  private static final int TOP = 46;
  private static final int STEP = 34;
  private static final int EDGE = 110;
  private static final int MARGIN = 6;

  private final List<Rung> rungs = new ArrayList<>();

  /**
   * @param from where the arrow begins
   * @param to where it points
   * @param middle where its text is
   * @param height where it lies, from the top
   * @param after milliseconds since the first message
   * @param message what was sent
   */
  public record Rung(int from, int to, int middle, int height, long after, Message message) {}

  Ladder(List<Message> messages) {
    for (var message : messages) {
      var from = line(message.from());
      var to = line(message.to());
      var shorten = to > from ? -MARGIN : MARGIN;
      rungs.add(
          new Rung(
              from,
              to + shorten,
              (from + to) / 2,
              TOP + STEP * (rungs.size() + 1),
              Duration.between(messages.get(0).at(), message.at()).toMillis(),
              message));
    }
  }

  public List<Rung> getRungs() {
    return rungs;
  }

  public int getWidth() {
    return WIDTH;
  }

  public int getHeight() {
    return TOP + STEP * (rungs.size() + 1);
  }

  public int getCaller() {
    return line(Station.CALLER);
  }

  public int getServer() {
    return line(Station.SERVER);
  }

  public int getCallee() {
    return line(Station.CALLEE);
  }

  private static int line(Station station) {
    return switch (station) {
      case CALLER -> EDGE;
      case SERVER -> WIDTH / 2;
      case CALLEE -> WIDTH - EDGE;
    };
  }
}
