package org.m2mx.ua.firewall;

import java.net.InetSocketAddress;
import java.util.Optional;

/** The hole of one session, kept open until the session closes it. */
public interface SessionHole extends AutoCloseable {
  /** No hole, since none was asked for. */
  SessionHole NONE = new NoHole(Optional.empty());

  /** Returns what the firewall has said to the wish for a hole; empty if none was asked for. */
  Optional<FirewallNotice> evidence();

  /** Returns where the outside finds the hole, also after it was closed; empty if there is none. */
  Optional<InetSocketAddress> outside();

  /** Has the hole closed, without waiting for it. Does nothing the second time. */
  @Override
  void close();

  /** Returns this hole and another within it, which is opened and closed with it. */
  default SessionHole with(SessionHole within) {
    SessionHole outer = this;
    return new SessionHole() {
      @Override
      public Optional<FirewallNotice> evidence() {
        return outer.evidence();
      }

      @Override
      public Optional<InetSocketAddress> outside() {
        return outer.outside();
      }

      @Override
      public void close() {
        outer.close();
        within.close();
      }
    };
  }

  /**
   * None could be had, or none was needed.
   *
   * @param evidence why not
   */
  record NoHole(Optional<FirewallNotice> evidence) implements SessionHole {
    @Override
    public Optional<InetSocketAddress> outside() {
      return Optional.empty();
    }

    @Override
    public void close() {
      // There is none.
    }
  }
}
