package org.m2mx.ua.doctor;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.firewall.TransportProtocol;

/**
 * Sees from outside whether a door is reached, by a server that knocks. One that offers this for a
 * protocol not at all is not asked for it again: to it, the question is one for nobody.
 */
final class Outside {
  /** What to do where the server shows nothing. */
  static final String CALL = "Make a call to see whether holes let peers in";

  private static final View NOT_OFFERED =
      new View(Sight.NOT_TRIED, "the server offers no proof", CALL);

  /** Whether the door was reached. */
  enum Sight {
    /** The knock came in. */
    CAME_IN,
    /** It did not. */
    STAYED_OUT,
    /** There was none. */
    NOT_TRIED
  }

  /**
   * What was seen.
   *
   * @param why nobody knocked; empty if somebody did
   * @param remedy what to do about that; empty if somebody knocked
   */
  record View(Sight sight, String why, String remedy) {
    private static View of(Sight sight) {
      return new View(sight, "", "");
    }
  }

  private final KnockingServer server;
  private final Map<TransportProtocol, View> without = new EnumMap<>(TransportProtocol.class);

  Outside(KnockingServer server) {
    this.server = server;
  }

  /**
   * Has the server knock; by UDP once more if it stays out, since datagrams are lost.
   *
   * @param port by which the server finds the door
   * @return completes with what was seen, and never with a failure
   */
  CompletableFuture<View> look(Door door, int port) {
    synchronized (without) {
      if (without.containsKey(door.protocol())) {
        return CompletableFuture.completedFuture(without.get(door.protocol()));
      }
    }
    CompletableFuture<Door.Knock> knock = door.knocked(server, port);
    return (door.protocol() == TransportProtocol.UDP
            ? knock.thenCompose(
                first ->
                    first == Door.Knock.STAYED_OUT
                        ? door.knocked(server, port)
                        : CompletableFuture.completedFuture(first))
            : knock)
        .thenApply(last -> view(door.protocol(), last))
        .exceptionally(Outside::refused);
  }

  private View view(TransportProtocol protocol, Door.Knock knock) {
    return switch (knock) {
      case CAME_IN -> View.of(Sight.CAME_IN);
      case STAYED_OUT -> View.of(Sight.STAYED_OUT);
      case NOT_OFFERED -> {
        synchronized (without) {
          without.put(protocol, NOT_OFFERED);
        }
        yield NOT_OFFERED;
      }
    };
  }

  private static View refused(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof UserAgentException refusal
        ? new View(Sight.NOT_TRIED, refusal.problem(), refusal.remedy())
        : new View(Sight.NOT_TRIED, String.valueOf(cause.getMessage()), CALL);
  }
}
