package org.m2mx.tests.sipcontainer;

import jakarta.annotation.security.RunAs;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TimerListener;
import javax.servlet.sip.annotation.SipListener;

/** Answers a request that has waited, and is let in where regulars are. */
@RunAs("regular")
@SipListener
public class AnswerTimer implements TimerListener {
  static final String REQUEST = "request";

  @Inject private Visits visits;
  @Inject private Regulars regulars;

  @Override
  public void timeout(ServletTimer timer) {
    SipServletRequest request =
        (SipServletRequest) timer.getApplicationSession().getAttribute(REQUEST);
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_ACCEPTED);
    visits.describe(answer);
    answer.setHeader("X-Caller", regulars.caller());
    try {
      answer.send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
