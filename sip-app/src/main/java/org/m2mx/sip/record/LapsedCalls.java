package org.m2mx.sip.record;

import javax.servlet.sip.SipApplicationSessionEvent;
import javax.servlet.sip.SipApplicationSessionListener;
import javax.servlet.sip.annotation.SipListener;
import org.m2mx.registry.call.CallRecord.Ending;

/** Ends the record of a call that was never hung up. */
@SipListener
public class LapsedCalls implements SipApplicationSessionListener {

  @Override
  public void sessionCreated(SipApplicationSessionEvent event) {
    // Whether it becomes a call is for the relay to say.
  }

  @Override
  public void sessionExpired(SipApplicationSessionEvent event) {
    RecordedCall.of(event.getApplicationSession()).ifPresent(call -> call.ended(Ending.LAPSED));
  }

  @Override
  public void sessionDestroyed(SipApplicationSessionEvent event) {
    // The call hears of it as the session lets go of it.
  }

  @Override
  public void sessionReadyToInvalidate(SipApplicationSessionEvent event) {
    // The container invalidates it next.
  }
}
