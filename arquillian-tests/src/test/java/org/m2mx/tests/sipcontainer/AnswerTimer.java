package org.m2mx.tests.sipcontainer;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerListener;
import javax.servlet.sip.annotation.SipListener;

/** Answers a request that has waited. */
@SipListener
public class AnswerTimer implements TimerListener {
  static final String REQUEST = "request";

  @Inject private Visits visits;

  @Override
  public void timeout(ServletTimer timer) {
    SipServletRequest request =
        (SipServletRequest) timer.getApplicationSession().getAttribute(REQUEST);
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_ACCEPTED);
    visits.describe(answer);
    try {
      answer.send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
