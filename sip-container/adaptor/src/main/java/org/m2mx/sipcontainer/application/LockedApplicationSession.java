package org.m2mx.sipcontainer.application;

import java.util.concurrent.locks.ReentrantLock;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionImpl;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionKey;

/** An application session with the lock that one thread at a time holds. */
final class LockedApplicationSession extends SipApplicationSessionImpl {
  private final ReentrantLock lock = new ReentrantLock();

  LockedApplicationSession(SipApplicationSessionKey key, SipContext application) {
    super(key, application);
  }

  ReentrantLock lock() {
    return lock;
  }
}
