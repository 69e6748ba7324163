package org.m2mx.sipcontainer.portability;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import java.io.IOException;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSessionsUtil;

/** Counts MESSAGEs; what it has injected it tells in its answers. */
@Watched
@ApplicationScoped
@javax.servlet.sip.annotation.SipServlet(name = "greeting", loadOnStartup = 1)
public class GreetingServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient Greetings greetings;
  @Inject private transient Request request;
  @Inject private transient SipFactory factory;
  @Resource private transient SipSessionsUtil sessions;

  @Override
  protected void doMessage(SipServletRequest message) throws ServletException, IOException {
    SipServletResponse answer = message.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-Greetings", Integer.toString(greetings.another()));
    answer.setHeader("X-Factory", factory.createSipURI("a", "example.org").toString());
    String id = message.getApplicationSession().getId();
    answer.setHeader("X-Session", Boolean.toString(sessions.getApplicationSessionById(id) != null));
    answer.setHeader("X-Request", request.id());
    answer.setHeader("X-Watched", String.valueOf(message.getAttribute("watched")));
    answer.send();
  }
}
