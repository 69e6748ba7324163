package org.m2mx.sipcontainer.stack.composition;

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Answers with the marks others have left. */
public class AnsweringServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doInvite(SipServletRequest invite) throws IOException {
    answer(invite);
  }

  @Override
  protected void doBye(SipServletRequest bye) throws IOException {
    answer(bye);
  }

  @Override
  protected void doMessage(SipServletRequest message) throws IOException {
    answer(message);
  }

  private void answer(SipServletRequest message) throws IOException {
    SipServletResponse answer = message.createResponse(SipServletResponse.SC_OK);
    for (String name : List.of("X-Through", "X-Subscriber", "X-Region")) {
      for (Iterator<String> marks = message.getHeaders(name); marks.hasNext(); ) {
        answer.addHeader(name, marks.next());
      }
    }
    answer.addHeader("X-Through", getServletContext().getContextPath());
    answer.addHeader("X-Subscriber", String.valueOf(message.getSubscriberURI()));
    answer.addHeader("X-Region", String.valueOf(message.getRegion()));
    answer.send();
  }
}
