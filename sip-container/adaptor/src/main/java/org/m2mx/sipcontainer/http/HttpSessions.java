package org.m2mx.sipcontainer.http;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.session.SessionManagerUtil;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionKey;

/**
 * Which HTTP session of a web application belongs to which of its application sessions. One that
 * belongs to none is not known here.
 */
public final class HttpSessions implements HttpSessionListener, HttpSessionIdListener {
  private final Map<String, Joined> joined = new ConcurrentHashMap<>();
  private volatile SipContext application;

  private record Joined(JoinedSession session, MobicentsSipApplicationSession to) {}

  /** Says whose application sessions there are to belong to; before it, there are none. */
  public void open(SipContext newApplication) {
    application = newApplication;
  }

  /** The HTTP session of this id, null unless it belongs to an application session. */
  public HttpSession find(String id) {
    Joined found = joined.get(id);
    return found == null ? null : found.session();
  }

  boolean isJoined(String id) {
    return joined.containsKey(id);
  }

  /**
   * The session of a request as an application sees it. It is joined to the application session
   * that the request's URL names, if it names one.
   */
  HttpSession converged(HttpSession session, HttpServletRequest request) {
    if (session instanceof JoinedSession) {
      return session;
    }
    JoinedSession converged = new JoinedSession(session, Origin.of(request), this);
    EncodedKey.in(request.getQueryString())
        .flatMap(this::named)
        .ifPresent(named -> join(converged, named));
    Joined known = joined.get(session.getId());
    if (known != null) {
      known.to().access();
    }
    return converged;
  }

  private Optional<MobicentsSipApplicationSession> named(SipApplicationSessionKey key) {
    SipContext owner = application;
    return owner == null || !owner.getApplicationName().equals(key.getApplicationName())
        ? Optional.empty()
        : Optional.ofNullable(owner.getSipManager().getSipApplicationSession(key, false));
  }

  MobicentsSipApplicationSession applicationSession(JoinedSession session, boolean create) {
    Joined known = joined.get(session.getId());
    if (known != null && known.to().isValid()) {
      enter(known.to());
      if (known.to().isValid()) {
        return known.to();
      }
    }
    if (!create) {
      return null;
    }
    SipContext owner = application;
    if (owner == null) {
      throw new IllegalStateException("the SIP application has not started yet");
    }
    MobicentsSipApplicationSession created =
        owner
            .getSipManager()
            .getSipApplicationSession(
                SessionManagerUtil.getSipApplicationSessionKey(
                    owner.getApplicationName(), null, null),
                true);
    enter(created);
    join(session, created);
    return created;
  }

  private static void enter(MobicentsSipApplicationSession session) {
    session.getSipContext().enterSipApp(session, null, true, true);
  }

  private void join(JoinedSession session, MobicentsSipApplicationSession to) {
    Joined before = joined.put(session.getId(), new Joined(session, to));
    if (before == null || before.to() != to) {
      if (before != null) {
        before.to().removeHttpSession(session);
      }
      to.addHttpSession(session);
    }
    refuseIfEnded(session, to);
  }

  /** An end that was told before the two were joined would leave them joined for ever. */
  private void refuseIfEnded(JoinedSession session, MobicentsSipApplicationSession to) {
    try {
      session.getCreationTime();
    } catch (IllegalStateException ended) {
      joined.remove(session.getId());
      to.removeHttpSession(session);
      throw ended;
    }
  }

  /** An application session that has waited for the end of this one ends, too. */
  @Override
  public void sessionDestroyed(HttpSessionEvent event) {
    Joined ended = joined.remove(event.getSession().getId());
    if (ended == null) {
      return;
    }
    MobicentsSipApplicationSession owner = ended.to();
    SipContext context = owner.getSipContext();
    context.enterSipApp(owner, null, false, true);
    try {
      if (owner.isValid()) {
        owner.removeHttpSession(ended.session());
        if (owner.isReadyToInvalidate()) {
          owner.tryToInvalidate();
        }
      }
    } finally {
      context.exitSipApp(owner, null);
    }
  }

  @Override
  public void sessionIdChanged(HttpSessionEvent event, String oldId) {
    Joined moved = joined.remove(oldId);
    if (moved != null) {
      joined.put(event.getSession().getId(), moved);
      moved.to().addHttpSession(moved.session());
    }
  }
}
