package org.m2mx.tests.sipcontainer;

import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Properties;
import javax.servlet.sip.ConvergedHttpSession;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipSessionsUtil;
import javax.servlet.sip.URI;
import org.m2mx.sipcontainer.flow.Flow;

/** The HTTP side of the application whose SIP side is a {@link RoomServlet}. */
@WebServlet("/lobby")
public class LobbyServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient SipFactory factory;
  @Inject private transient SipSessionsUtil sessions;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    ConvergedHttpSession session = (ConvergedHttpSession) request.getSession();
    SipApplicationSession room = session.getApplicationSession();
    if (request.getParameter("subject") != null) {
      room.setAttribute(RoomServlet.SUBJECT, request.getParameter("subject"));
    }
    Properties told = new Properties();
    told.setProperty("session", session.getId());
    told.setProperty("room", room.getId());
    told.setProperty("subject", String.valueOf(room.getAttribute(RoomServlet.SUBJECT)));
    told.setProperty("answered", String.valueOf(room.getAttribute(RoomServlet.LAST_STATUS)));
    told.setProperty("again", session.encodeURL("/lobby?floor=3", "http"));
    told.setProperty("sip", sipAddress(room));
    if (request.getParameter("key") != null) {
      told.setProperty(
          "by-key", sessions.getApplicationSessionByKey(request.getParameter("key"), true).getId());
    }
    response.setContentType("text/plain");
    told.store(response.getWriter(), null);
  }

  /** Deprecated, and the only way there is from HTTP into an application session by a SIP URI. */
  @SuppressWarnings("deprecation")
  private String sipAddress(SipApplicationSession room) throws ServletParseException {
    URI uri = factory.createURI("sip:example.org");
    room.encodeURI(uri);
    return uri.toString();
  }

  /** Rings in the room. */
  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    SipApplicationSession room =
        ((ConvergedHttpSession) request.getSession()).getApplicationSession();
    SipServletRequest notify =
        factory.createRequest(room, "INFO", "sip:lobby@example.org", "sip:guest@example.org");
    notify.pushRoute(Flow.parse((String) room.getAttribute(RoomServlet.FLOW)).route());
    notify.send();
  }
}
