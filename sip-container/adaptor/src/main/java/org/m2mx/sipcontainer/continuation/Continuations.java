package org.m2mx.sipcontainer.continuation;

import java.util.concurrent.Executor;
import javax.servlet.sip.SipApplicationSession;

/**
 * Lets an application go on with a message when what it waits for has come, such as the commit of a
 * database, and keeps no thread of the container waiting until then. A servlet that returns without
 * an answer has until the transaction's end to give one (RFC 3261 section 17.2).
 *
 * <p>Injected into SIP servlets, listeners and beans.
 */
public interface Continuations {
  /**
   * Where to go on in a session: as in a servlet, with the session to oneself, with the
   * application's class loader and naming context, and with a request context.
   *
   * <p>An application that stops is given time for what it goes on with: asked for while it serves
   * a request, until this is answered, proxied or relayed; elsewhere, such as in a timer, until the
   * first task is done. Tasks that have come are waited for in any case.
   *
   * @param session of the message to go on with
   * @return may be used on any thread. It runs each task soon, on a thread of the container's, and
   *     before messages that wait for one; what a task throws is logged. What comes once the
   *     application has stopped is not run any more
   */
  Executor in(SipApplicationSession session);
}
