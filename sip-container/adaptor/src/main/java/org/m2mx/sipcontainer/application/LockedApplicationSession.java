package org.m2mx.sipcontainer.application;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.m2mx.sipcontainer.transport.ServerTransaction;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionImpl;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionKey;

/** An application session with the lock that one thread at a time holds. */
final class LockedApplicationSession extends SipApplicationSessionImpl {
  private final ReentrantLock lock = new ReentrantLock();
  private final Queue<ServerTransaction> outlived = new ConcurrentLinkedQueue<>();
  private final Queue<Pending.Thing> awaited = new ConcurrentLinkedQueue<>();
  private volatile boolean ending;

  LockedApplicationSession(SipApplicationSessionKey key, SipContext application) {
    super(key, application);
  }

  ReentrantLock lock() {
    return lock;
  }

  /** Whether a thread works on it, or waits to. */
  boolean isBusy() {
    return lock.isLocked() || lock.hasQueuedThreads();
  }

  /** Takes an INVITE's transaction of one of its sessions that has ended before. */
  void outlives(ServerTransaction transaction) {
    outlived.removeIf(ServerTransaction::isOver);
    outlived.add(transaction);
  }

  /** Takes what is waited for until it has come, or there is no session that could go on. */
  void awaits(Pending.Thing thing) {
    awaited.removeIf(Pending.Thing::forgetUnlessAwaited);
    awaited.add(thing);
    if (ending) {
      thing.over();
    }
  }

  @Override
  public void invalidate(boolean bypassCheck) {
    ending = true;
    super.invalidate(bypassCheck);
    outlived.forEach(ServerTransaction::callIsOver);
    outlived.clear();
    awaited.forEach(Pending.Thing::over);
    awaited.clear();
  }

  /** As the core's, but for characters of the key that a query may not hold, and a fragment. */
  @Override
  public URL encodeURL(URL url) {
    if (!isValid()) {
      throw new IllegalStateException("the application session is no longer valid");
    }
    String text = url.toExternalForm();
    int fragment = text.indexOf('#') < 0 ? text.length() : text.indexOf('#');
    String plain = text.substring(0, fragment);
    try {
      return new URL(
          plain
              + (plain.indexOf('?') < 0 ? '?' : '&')
              + SIP_APPLICATION_KEY_PARAM_NAME
              + '='
              + URLEncoder.encode(getId(), StandardCharsets.UTF_8)
              + text.substring(fragment));
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("a URL with a parameter more is a URL", e);
    }
  }

  /** Not once more while it ends: the HTTP sessions that end with it ask for it. */
  @Override
  public void tryToInvalidate() {
    if (!ending) {
      super.tryToInvalidate();
    }
  }
}
