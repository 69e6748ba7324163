package org.m2mx.ua.cli;

import org.m2mx.ua.Aor;
import org.m2mx.ua.forward.ForwardListener;

/** Tells what becomes of forwarded connections. */
final class Connections implements ForwardListener {
  private final Terminal terminal;
  private final Aor peer;
  private final Runnable ready;

  Connections(Terminal terminal, Aor peer) {
    this(terminal, peer, () -> {});
  }

  Connections(Terminal terminal, Aor peer, Runnable ready) {
    this.terminal = terminal;
    this.peer = peer;
    this.ready = ready;
  }

  @Override
  public void ready() {
    ready.run();
  }

  @Override
  public void opened(int port) {
    terminal.tell(about(Event.Kind.CONNECTION_OPENED, port, " opened"));
  }

  @Override
  public void refused(int port, String why) {
    terminal.tell(
        about(Event.Kind.CONNECTION_REFUSED, port, " refused: " + why).with("message", why));
  }

  @Override
  public void closed(int port, long sent, long received) {
    terminal.tell(
        about(
                Event.Kind.CONNECTION_CLOSED,
                port,
                " ended: sent " + sent + " bytes, received " + received)
            .with("sent", sent)
            .with("received", received));
  }

  private Event about(Event.Kind kind, int port, String text) {
    return Event.of(kind, "connection of port " + port + " with " + peer + text)
        .with("peer", peer)
        .with("port", port);
  }
}
