package org.m2mx.ua.signalling;

import gov.nist.core.ServerLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Properties;
import javax.sip.SipStack;

/** Keeps JAIN SIP from writing its message trace: {@link FlowChannel} logs messages itself. */
public final class NoServerLog implements ServerLogger {
  /** Made by the stack, by name. */
  public NoServerLog() {}

  @Override
  public void closeLogFile() {
    // There is none.
  }

  @Override
  public void logMessage(SIPMessage message, String from, String to, boolean sender, long time) {
    // Logged where it is sent and received.
  }

  @Override
  public void logMessage(
      SIPMessage message, String from, String to, String status, boolean sender, long time) {
    // Logged where it is sent and received.
  }

  @Override
  public void logMessage(
      SIPMessage message, String from, String to, String status, boolean sender) {
    // Logged where it is sent and received.
  }

  @Override
  public void logException(Exception e) {
    // The stack's own logger has it.
  }

  @Override
  public void setStackProperties(Properties stackProperties) {
    // Nothing to set.
  }

  @Override
  public void setSipStack(SipStack sipStack) {
    // Not needed.
  }
}
