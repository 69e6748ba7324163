package org.m2mx.ua;

import java.io.IOException;
import java.time.Duration;
import org.m2mx.ua.firewall.FirewallNotice;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * Tells a listener, and logs what it throws: who looks on must not end what is looked at, least of
 * all halfway.
 */
final class GuardedListener implements UserAgentListener {
  private static final System.Logger LOG = System.getLogger(GuardedListener.class.getName());

  private final UserAgentListener listener;

  GuardedListener(UserAgentListener listener) {
    this.listener = listener;
  }

  private static void tell(String what, Runnable telling) {
    try {
      telling.run();
    } catch (RuntimeException | Error e) {
      LOG.log(System.Logger.Level.ERROR, "The listener cannot be told: " + what, e);
    }
  }

  @Override
  public void registered(Registration registration) {
    tell("registered", () -> listener.registered(registration));
  }

  @Override
  public void unreachable(UserAgentException cause, Duration retry) {
    tell("unreachable", () -> listener.unreachable(cause, retry));
  }

  @Override
  public void refused(UserAgentException cause) {
    tell("refused", () -> listener.refused(cause));
  }

  @Override
  public void progress(Aor callee, int status) {
    tell("progress", () -> listener.progress(callee, status));
  }

  @Override
  public void answered(Aor callee) {
    tell("answered", () -> listener.answered(callee));
  }

  @Override
  public void firstMet(Aor peer, Fingerprint fingerprint) {
    tell("first met", () -> listener.firstMet(peer, fingerprint));
  }

  @Override
  public void interrupted(Session session, IOException cause) {
    tell("interrupted", () -> listener.interrupted(session, cause));
  }

  @Override
  public void moved(Session session) {
    tell("moved", () -> listener.moved(session));
  }

  @Override
  public void followsLater(Session session, UserAgentException cause, Duration retry) {
    tell("follows later", () -> listener.followsLater(session, cause, retry));
  }

  @Override
  public void notMoved(Session session, UserAgentException cause) {
    tell("not moved", () -> listener.notMoved(session, cause));
  }

  @Override
  public void firewall(FirewallNotice notice) {
    tell("firewall", () -> listener.firewall(notice));
  }
}
