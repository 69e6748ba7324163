package org.m2mx.sipcontainer.application;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.Executor;
import javax.servlet.sip.SipApplicationSession;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.m2mx.sipcontainer.security.ServerSecurity;
import org.m2mx.sipcontainer.stack.SipContainer;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;

/** Goes on for one application. */
final class GoingOn implements Continuations {
  private static final Logger LOG = System.getLogger(GoingOn.class.getName());

  private final SipApplication application;
  private final SipContainer container;
  private final Invocation invocation;
  private final ServerSecurity security;
  private final Pending pending;

  GoingOn(
      SipApplication application,
      SipContainer container,
      Invocation invocation,
      ServerSecurity security,
      Pending pending) {
    this.application = application;
    this.container = container;
    this.invocation = invocation;
    this.security = security;
    this.pending = pending;
  }

  @Override
  public Executor in(SipApplicationSession session) {
    MobicentsSipApplicationSession own = (MobicentsSipApplicationSession) session;
    Executor identity = security.asNow();
    Pending.Thing awaited = pending.begin(invocation.request());
    application.awaits(own, awaited);
    return task -> {
      awaited.comes();
      container.goOn(() -> run(own, identity, awaited, task));
    };
  }

  private void run(
      MobicentsSipApplicationSession session,
      Executor identity,
      Pending.Thing awaited,
      Runnable task) {
    if (!application.isRunning()) {
      LOG.log(Level.DEBUG, "{0} has stopped, nothing goes on in it", session.getKey());
      awaited.isDone();
      return;
    }
    try {
      application.enterSipApp(session, null, false, true);
    } catch (IllegalStateException busy) {
      LOG.log(Level.WARNING, "{0}, tried again: {1}", session.getKey(), busy.getMessage());
      container.goOn(() -> run(session, identity, awaited, task));
      return;
    }
    try {
      invocation.call(
          identity,
          awaited.request(),
          () -> {
            task.run();
            return null;
          });
    } catch (ServletException | IOException | RuntimeException e) {
      LOG.log(Level.ERROR, "What was to go on in " + session.getKey() + " failed", e);
    } finally {
      application.exitSipApp(session, null);
      awaited.isDone();
    }
  }
}
