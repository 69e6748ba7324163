package org.m2mx.ua.cli;

import java.util.concurrent.Semaphore;
import java.util.function.Predicate;
import org.m2mx.ua.Aor;
import org.m2mx.ua.CallHandler;
import org.m2mx.ua.ChannelTerms;
import org.m2mx.ua.IncomingCall;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgentException;

/** Answers calls with a service: as many at once as there are lines, or one and no more. */
final class Answering implements CallHandler {
  private final Terminal terminal;
  private final Waiting waiting;
  private final Service service;
  private final ChannelTerms terms;
  private final Predicate<Aor> welcome;
  private final boolean once;
  private final Semaphore lines;

  /**
   * Ready to answer.
   *
   * @param waiting ends with the call, if there is to be one only
   * @param terms what the service can be given by
   * @param welcome who may call; others are declined
   * @param lines how many calls at once, 1 or more
   * @param once whether to take one call, and none after it
   */
  Answering(
      Terminal terminal,
      Waiting waiting,
      Service service,
      ChannelTerms terms,
      Predicate<Aor> welcome,
      int lines,
      boolean once) {
    this.terminal = terminal;
    this.waiting = waiting;
    this.service = service;
    this.terms = terms;
    this.welcome = welcome;
    this.once = once;
    this.lines = new Semaphore(once ? 1 : lines);
  }

  @Override
  public void called(IncomingCall call) throws InterruptedException {
    if (!welcome.test(call.caller())) {
      tell(Event.Kind.DECLINED, "declined ", call);
      call.decline();
      return;
    }
    if (!lines.tryAcquire()) {
      tell(Event.Kind.BUSY, "busy for ", call);
      call.busy();
      return;
    }
    tell(Event.Kind.CALLED, "called by ", call);
    try (Session session = call.accept(terms)) {
      terminal.tell(Piping.connected(session));
      serve(session);
      terminal.tell(Piping.ended(session));
    } catch (UserAgentException e) {
      failed(call, e);
    } finally {
      if (!once) {
        lines.release();
      }
    }
    if (once) {
      waiting.finish();
    }
  }

  private void serve(Session session) throws UserAgentException, InterruptedException {
    try {
      service.serve(session);
    } catch (UserAgentException e) {
      session.breakOff();
      throw e;
    }
  }

  private void failed(IncomingCall call, UserAgentException e) {
    if (once) {
      waiting.fail(e);
      return;
    }
    terminal.tell(
        Event.of(Event.Kind.CALL_FAILED, "call of " + call.caller() + " failed: " + e.getMessage())
            .with("peer", call.caller())
            .with("callId", call.callId())
            .with("reason", e.reason())
            .with("message", e.getMessage()));
  }

  private void tell(Event.Kind kind, String text, IncomingCall call) {
    terminal.tell(
        Event.of(kind, text + call.caller())
            .with("caller", call.caller())
            .with("callId", call.callId()));
  }
}
