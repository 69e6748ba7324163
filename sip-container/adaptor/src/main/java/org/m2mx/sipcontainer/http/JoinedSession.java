package org.m2mx.sipcontainer.http;

import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpSession;
import java.util.Enumeration;
import java.util.Locale;
import javax.servlet.sip.SipApplicationSession;
import org.mobicents.servlet.sip.core.session.ConvergedSession;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;

/** The server's HTTP session with what JSR 289 section 13.5 adds to it. */
final class JoinedSession implements ConvergedSession {
  private final HttpSession session;
  private final Origin origin;
  private final HttpSessions sessions;

  JoinedSession(HttpSession session, Origin origin, HttpSessions sessions) {
    this.session = session;
    this.origin = origin;
    this.sessions = sessions;
  }

  /** The application session this belongs to; a new one when there is none yet. */
  @Override
  public SipApplicationSession getApplicationSession() {
    return getApplicationSession(true).getFacade();
  }

  @Override
  public MobicentsSipApplicationSession getApplicationSession(boolean create) {
    return sessions.applicationSession(this, create);
  }

  /** Asked by the core of sessions that it found to belong to an application session. */
  @Override
  public boolean isValidIntern() {
    return sessions.isJoined(session.getId());
  }

  @Override
  public String encodeURL(String url) {
    int end = url.length();
    for (char delimiter : new char[] {'?', '#'}) {
      int at = url.indexOf(delimiter);
      end = at >= 0 && at < end ? at : end;
    }
    return url.substring(0, end)
        + ";"
        + parameterName()
        + "="
        + session.getId()
        + url.substring(end);
  }

  private String parameterName() {
    String cookie = session.getServletContext().getSessionCookieConfig().getName();
    return cookie == null ? "jsessionid" : cookie.toLowerCase(Locale.ROOT);
  }

  @Override
  public String encodeURL(String relativePath, String scheme) {
    String path = relativePath.startsWith("/") ? relativePath : "/" + relativePath;
    return encodeURL(origin.prefix(scheme) + session.getServletContext().getContextPath() + path);
  }

  @Override
  public long getCreationTime() {
    return session.getCreationTime();
  }

  @Override
  public String getId() {
    return session.getId();
  }

  @Override
  public long getLastAccessedTime() {
    return session.getLastAccessedTime();
  }

  @Override
  public ServletContext getServletContext() {
    return session.getServletContext();
  }

  @Override
  public void setMaxInactiveInterval(int seconds) {
    session.setMaxInactiveInterval(seconds);
  }

  @Override
  public int getMaxInactiveInterval() {
    return session.getMaxInactiveInterval();
  }

  @Override
  public Object getAttribute(String name) {
    return session.getAttribute(name);
  }

  @Override
  public Enumeration<String> getAttributeNames() {
    return session.getAttributeNames();
  }

  @Override
  public void setAttribute(String name, Object value) {
    session.setAttribute(name, value);
  }

  @Override
  public void removeAttribute(String name) {
    session.removeAttribute(name);
  }

  @Override
  public void invalidate() {
    session.invalidate();
  }

  @Override
  public boolean isNew() {
    return session.isNew();
  }
}
