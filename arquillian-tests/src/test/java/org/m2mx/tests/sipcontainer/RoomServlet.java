package org.m2mx.tests.sipcontainer;

import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.URL;
import java.util.Iterator;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.annotation.SipApplicationKey;
import org.m2mx.sipcontainer.flow.Flow;

/** The SIP side of an application with two: a room that is entered by its name. */
@javax.servlet.sip.annotation.SipServlet(name = "room", loadOnStartup = 1)
public class RoomServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  static final String FLOW = "flow";
  static final String SUBJECT = "subject";
  static final String LAST_STATUS = "last-status";

  /** The room's name. */
  @SipApplicationKey
  public static String room(SipServletRequest request) {
    return request.getTo().getURI().toString().replaceAll("^sip:|@.*$", "");
  }

  @Override
  protected void doOptions(SipServletRequest options) throws IOException {
    SipApplicationSession room = options.getApplicationSession();
    room.setInvalidateWhenReady(false);
    room.setAttribute(FLOW, Flow.of(options).token());
    SipServletResponse answer = options.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-Room", room.getId());
    answer.setHeader("X-Subject", String.valueOf(room.getAttribute(SUBJECT)));
    answer.setHeader("X-Visitors", visitors(room));
    answer.setHeader(
        "X-Lobby", room.encodeURL(new URL(options.getHeader("X-Ask-At") + "?floor=2")).toString());
    answer.send();
  }

  private static String visitors(SipApplicationSession room) {
    StringBuilder ids = new StringBuilder();
    for (Iterator<?> sessions = room.getSessions("HTTP"); sessions.hasNext(); ) {
      ids.append(((HttpSession) sessions.next()).getId());
    }
    return ids.toString();
  }

  @Override
  protected void doMessage(SipServletRequest message) throws IOException {
    message.createResponse(SipServletResponse.SC_OK).send();
    message.getApplicationSession().invalidate();
  }

  @Override
  protected void doResponse(SipServletResponse response) {
    response.getApplicationSession().setAttribute(LAST_STATUS, response.getStatus());
  }
}
