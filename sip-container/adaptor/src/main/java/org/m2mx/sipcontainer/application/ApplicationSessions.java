package org.m2mx.sipcontainer.application;

import jakarta.servlet.http.HttpSession;
import java.util.Iterator;
import org.m2mx.sipcontainer.http.HttpSessions;
import org.mobicents.servlet.sip.core.MobicentsSipFactory;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.SipManager;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSessionKey;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.core.session.MobicentsSipSessionKey;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionKey;
import org.mobicents.servlet.sip.core.session.SipSessionKey;
import org.mobicents.servlet.sip.core.session.SipStandardManagerDelegate;
import org.mobicents.servlet.sip.message.SipFactoryImpl;

/** The sessions of one application, kept by the core's own manager. */
final class ApplicationSessions implements SipManager {
  private final SipStandardManagerDelegate delegate = new LockingDelegate();
  private final HttpSessions httpSessions;

  ApplicationSessions(SipContext application, SipFactoryImpl factory, HttpSessions httpSessions) {
    this.httpSessions = httpSessions;
    delegate.setContainer(application);
    delegate.setSipFactoryImpl(factory);
  }

  private static final class LockingDelegate extends SipStandardManagerDelegate {
    /**
     * Dialogs of one INVITE, beside its first, up to which provisional responses begin more; each
     * costs a session. Final responses count but are not refused: of each target there is one, or
     * as many acceptances as the transport layer takes.
     */
    private static final int MOST_EARLY = 32;

    /**
     * Only a response begins a dialog of a proxied call. The core derives a session for whatever To
     * tag it meets, also for one that a party has made up in a request, and for one whose session
     * has just ended.
     */
    @Override
    protected MobicentsSipSession setToTag(SipSessionKey key, MobicentsSipSession session) {
      return isOfNoDialog(key.getToTag(), session) ? null : super.setToTag(key, session);
    }

    private static boolean isOfNoDialog(String tag, MobicentsSipSession session) {
      String own = session.getKey().getToTag();
      return tag != null
          && own != null
          && !tag.equals(own)
          && ((AnsweringSession) session).isProxiedCall()
          && session.findDerivedSipSession(tag) == null
          && !Dispatched.FINAL_RESPONSE.isUnderWay()
          && !(Dispatched.PROVISIONAL_RESPONSE.isUnderWay() && derived(session) < MOST_EARLY);
    }

    private static int derived(MobicentsSipSession session) {
      int count = 0;
      for (var each = session.getDerivedSipSessions(); each.hasNext(); each.next()) {
        count++;
      }
      return count;
    }

    @Override
    protected MobicentsSipSession getNewMobicentsSipSession(
        SipSessionKey key,
        SipFactoryImpl factory,
        MobicentsSipApplicationSession applicationSession) {
      return new AnsweringSession(key, factory, applicationSession);
    }

    @Override
    protected MobicentsSipApplicationSession getNewMobicentsSipApplicationSession(
        SipApplicationSessionKey key, SipContext application) {
      return new LockedApplicationSession(key, application);
    }
  }

  /** Whether a thread works on one of them, or waits to. */
  boolean isAnyBusy() {
    for (var each = getAllSipApplicationSessions(); each.hasNext(); ) {
      if (each.next() instanceof LockedApplicationSession session && session.isBusy()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public MobicentsSipApplicationSession getSipApplicationSession(
      MobicentsSipApplicationSessionKey key, boolean create) {
    return delegate.getSipApplicationSession((SipApplicationSessionKey) key, create);
  }

  @Override
  public MobicentsSipSession getSipSession(
      MobicentsSipSessionKey key,
      boolean create,
      MobicentsSipFactory factory,
      MobicentsSipApplicationSession applicationSession) {
    return delegate.getSipSession(
        (SipSessionKey) key, create, (SipFactoryImpl) factory, applicationSession);
  }

  @Override
  public MobicentsSipSession removeSipSession(MobicentsSipSessionKey key) {
    return delegate.removeSipSession(key);
  }

  @Override
  public MobicentsSipApplicationSession removeSipApplicationSession(
      MobicentsSipApplicationSessionKey key) {
    return delegate.removeSipApplicationSession(key);
  }

  @Override
  public MobicentsSipApplicationSession findSipApplicationSession(HttpSession session) {
    return delegate.findSipApplicationSession(session);
  }

  @Override
  public void removeAllSessions() {
    delegate.removeAllSessions();
  }

  @Override
  public void setMobicentsSipFactory(MobicentsSipFactory factory) {
    delegate.setSipFactoryImpl((SipFactoryImpl) factory);
  }

  @Override
  public MobicentsSipFactory getMobicentsSipFactory() {
    return delegate.getSipFactoryImpl();
  }

  @Override
  public Iterator<MobicentsSipSession> getAllSipSessions() {
    return delegate.getAllSipSessions();
  }

  @Override
  public Iterator<MobicentsSipApplicationSession> getAllSipApplicationSessions() {
    return delegate.getAllSipApplicationSessions();
  }

  @Override
  public Object findSession(String id) {
    return httpSessions.find(id);
  }

  @Override
  public void dumpSipSessions() {
    delegate.dumpSipSessions();
  }

  @Override
  public void dumpSipApplicationSessions() {
    delegate.dumpSipApplicationSessions();
  }

  @Override
  public int getMaxActiveSipSessions() {
    return delegate.getMaxActiveSipSessions();
  }

  @Override
  public void setMaxActiveSipSessions(int value) {
    delegate.setMaxActiveSipSessions(value);
  }

  @Override
  public int getMaxActiveSipApplicationSessions() {
    return delegate.getMaxActiveSipApplicationSessions();
  }

  @Override
  public void setMaxActiveSipApplicationSessions(int value) {
    delegate.setMaxActiveSipApplicationSessions(value);
  }

  @Override
  public int getRejectedSipSessions() {
    return delegate.getRejectedSipSessions();
  }

  @Override
  public void setRejectedSipSessions(int value) {
    delegate.setRejectedSipSessions(value);
  }

  @Override
  public int getRejectedSipApplicationSessions() {
    return delegate.getRejectedSipApplicationSessions();
  }

  @Override
  public void setRejectedSipApplicationSessions(int value) {
    delegate.setRejectedSipApplicationSessions(value);
  }

  @Override
  public void setSipSessionCounter(int value) {
    delegate.setSipSessionCounter(value);
  }

  @Override
  public int getSipSessionCounter() {
    return delegate.getSipSessionCounter();
  }

  @Override
  public int getActiveSipSessions() {
    return delegate.getActiveSipSessions();
  }

  @Override
  public int getSipSessionMaxAliveTime() {
    return delegate.getSipSessionMaxAliveTime();
  }

  @Override
  public void setSipSessionMaxAliveTime(int value) {
    delegate.setSipSessionMaxAliveTime(value);
  }

  @Override
  public int getSipSessionAverageAliveTime() {
    return delegate.getSipSessionAverageAliveTime();
  }

  @Override
  public void setSipSessionAverageAliveTime(int value) {
    delegate.setSipSessionAverageAliveTime(value);
  }

  @Override
  public void setSipApplicationSessionCounter(int value) {
    delegate.setSipApplicationSessionCounter(value);
  }

  @Override
  public int getSipApplicationSessionCounter() {
    return delegate.getSipApplicationSessionCounter();
  }

  @Override
  public int getActiveSipApplicationSessions() {
    return delegate.getActiveSipApplicationSessions();
  }

  @Override
  public int getSipApplicationSessionMaxAliveTime() {
    return delegate.getSipApplicationSessionMaxAliveTime();
  }

  @Override
  public void setSipApplicationSessionMaxAliveTime(int value) {
    delegate.setSipApplicationSessionMaxAliveTime(value);
  }

  @Override
  public int getSipApplicationSessionAverageAliveTime() {
    return delegate.getSipApplicationSessionAverageAliveTime();
  }

  @Override
  public void setSipApplicationSessionAverageAliveTime(int value) {
    delegate.setSipApplicationSessionAverageAliveTime(value);
  }

  @Override
  public int getExpiredSipSessions() {
    return delegate.getExpiredSipSessions();
  }

  @Override
  public void setExpiredSipSessions(int value) {
    delegate.setExpiredSipSessions(value);
  }

  @Override
  public int getExpiredSipApplicationSessions() {
    return delegate.getExpiredSipApplicationSessions();
  }

  @Override
  public void setExpiredSipApplicationSessions(int value) {
    delegate.setExpiredSipApplicationSessions(value);
  }

  @Override
  public double getNumberOfSipApplicationSessionCreationPerSecond() {
    return delegate.getNumberOfSipApplicationSessionCreationPerSecond();
  }

  @Override
  public double getNumberOfSipSessionCreationPerSecond() {
    return delegate.getNumberOfSipSessionCreationPerSecond();
  }

  @Override
  public void updateStats() {
    delegate.updateStats();
  }
}
