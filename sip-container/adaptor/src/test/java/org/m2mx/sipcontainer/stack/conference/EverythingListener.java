package org.m2mx.sipcontainer.stack.conference;

import java.io.IOException;
import java.io.UncheckedIOException;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSessionAttributeListener;
import javax.servlet.sip.SipApplicationSessionBindingEvent;
import javax.servlet.sip.SipApplicationSessionEvent;
import javax.servlet.sip.SipApplicationSessionListener;
import javax.servlet.sip.SipErrorEvent;
import javax.servlet.sip.SipErrorListener;
import javax.servlet.sip.SipServletContextEvent;
import javax.servlet.sip.SipServletListener;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSessionAttributeListener;
import javax.servlet.sip.SipSessionBindingEvent;
import javax.servlet.sip.SipSessionEvent;
import javax.servlet.sip.SipSessionListener;
import javax.servlet.sip.TimerListener;
import javax.servlet.sip.annotation.SipListener;

/** Listens to whatever there is to listen to. */
@SipListener
public class EverythingListener
    implements SipServletListener,
        SipApplicationSessionListener,
        SipApplicationSessionAttributeListener,
        SipSessionListener,
        SipSessionAttributeListener,
        SipErrorListener,
        TimerListener {

  @Override
  public void servletInitialized(SipServletContextEvent event) {
    Events.add("initialized " + event.getSipServlet().getServletName());
  }

  @Override
  public void sessionCreated(SipApplicationSessionEvent event) {
    Events.add("application session created");
  }

  @Override
  public void sessionDestroyed(SipApplicationSessionEvent event) {
    Events.add("application session destroyed");
  }

  @Override
  public void sessionExpired(SipApplicationSessionEvent event) {
    Events.add("application session expired");
  }

  @Override
  public void sessionReadyToInvalidate(SipApplicationSessionEvent event) {
    Events.add("application session ready to invalidate");
  }

  @Override
  public void attributeAdded(SipApplicationSessionBindingEvent event) {
    Events.add("application attribute added " + event.getName());
  }

  @Override
  public void attributeRemoved(SipApplicationSessionBindingEvent event) {
    Events.add("application attribute removed " + event.getName());
  }

  @Override
  public void attributeReplaced(SipApplicationSessionBindingEvent event) {
    Events.add("application attribute replaced " + event.getName());
  }

  @Override
  public void sessionCreated(SipSessionEvent event) {
    Events.add("session created");
  }

  @Override
  public void sessionDestroyed(SipSessionEvent event) {
    Events.add("session destroyed");
  }

  @Override
  public void sessionReadyToInvalidate(SipSessionEvent event) {
    Events.add("session ready to invalidate");
  }

  @Override
  public void attributeAdded(SipSessionBindingEvent event) {
    Events.add("attribute added " + event.getName());
  }

  @Override
  public void attributeRemoved(SipSessionBindingEvent event) {
    Events.add("attribute removed " + event.getName());
  }

  @Override
  public void attributeReplaced(SipSessionBindingEvent event) {
    Events.add("attribute replaced " + event.getName());
  }

  @Override
  public void noAckReceived(SipErrorEvent event) {
    Events.add("no ACK");
  }

  @Override
  public void noPrackReceived(SipErrorEvent event) {
    Events.add("no PRACK");
    try {
      event.getRequest().createResponse(SipServletResponse.SC_SERVER_TIMEOUT).send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void timeout(ServletTimer timer) {
    Events.add("timeout " + timer.getInfo());
    SipServletRequest waiting =
        (SipServletRequest) timer.getApplicationSession().getAttribute("waiting");
    try {
      waiting.createResponse(202).send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
