package org.m2mx.sipcontainer.application;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sip.Transaction;
import org.m2mx.sipcontainer.transport.RequestCheck;
import org.mobicents.servlet.sip.core.RoutingState;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/** What an application is to go on with, so that who stops it can wait for that. */
final class Pending {
  /** What leaves nothing to be done with a request but to let answers through. */
  private static final Set<RoutingState> PASSED_ON =
      Set.of(RoutingState.PROXIED, RoutingState.RELAYED, RoutingState.CANCELLED);

  private final Set<Thing> things = ConcurrentHashMap.newKeySet();

  /**
   * Something that is gone on with once or more. It is awaited while a part of it waits for a
   * thread or runs, and before that for the sake of a request until this is dealt with; where it is
   * for the sake of none, until its first part has been done.
   */
  final class Thing {
    private final Optional<SipServletRequestImpl> request;
    private int parts;
    private boolean goneOn;
    private boolean over;

    private Thing(Optional<SipServletRequestImpl> request) {
      this.request = request;
    }

    /** For the sake of what request. */
    Optional<SipServletRequestImpl> request() {
      return request;
    }

    /** A part of it has come. */
    synchronized void comes() {
      parts++;
      things.add(this);
    }

    /** The part has been done. */
    synchronized void isDone() {
      goneOn = true;
      parts--;
      forgetUnlessAwaited();
    }

    /** Nothing more comes of it but the parts that have come. */
    synchronized void over() {
      over = true;
      forgetUnlessAwaited();
    }

    /** Forgets it where it is not awaited any more; says whether it has. */
    synchronized boolean forgetUnlessAwaited() {
      if (isAwaited()) {
        return false;
      }
      things.remove(this);
      return true;
    }

    synchronized boolean isAwaited() {
      return parts > 0 || !over && request.map(Pending::isOwedSomething).orElse(!goneOn);
    }
  }

  /**
   * Something begins.
   *
   * @param request for the sake of which; empty for none
   */
  Thing begin(Optional<SipServletRequestImpl> request) {
    Thing thing = new Thing(request.filter(asked -> RequestCheck.isAnswered(asked.getMethod())));
    things.add(thing);
    return thing;
  }

  private static boolean isOwedSomething(SipServletRequestImpl request) {
    Transaction transaction = request.getTransaction();
    return transaction != null
        && AnsweringSession.isUnanswered(transaction)
        && !PASSED_ON.contains(request.getRoutingState());
  }

  /** Whether anything is awaited. */
  boolean isAnything() {
    return things.stream().anyMatch(Thing::isAwaited);
  }
}
