package org.m2mx.sipcontainer.portability;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import javax.servlet.sip.ConvergedHttpSession;

/** Tells a browser how many greetings there were, and that it shares sessions with SIP. */
@WebServlet("/count")
public class GreetingsPage extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject private transient Greetings greetings;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ConvergedHttpSession session = (ConvergedHttpSession) request.getSession();
    response.setContentType("text/plain");
    response
        .getWriter()
        .println(greetings.count() + " in " + session.getApplicationSession().getApplicationName());
  }
}
