package org.m2mx.sipcontainer.stack;

import gov.nist.core.ServerLogger;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.Properties;
import javax.sip.SipStack;

/** Keeps the stack from writing message logs; the transport layer logs messages when asked to. */
public final class NoMessageLog implements ServerLogger {
  @Override
  public void closeLogFile() {
    // There is none.
  }

  @Override
  public void logMessage(SIPMessage message, String from, String to, boolean sender, long time) {
    // The transport layer does.
  }

  @Override
  public void logMessage(
      SIPMessage message, String from, String to, String status, boolean sender, long time) {
    // The transport layer does.
  }

  @Override
  public void logMessage(
      SIPMessage message, String from, String to, String status, boolean sender) {
    // The transport layer does.
  }

  @Override
  public void logException(Exception thrown) {
    new StackLog().logException(thrown);
  }

  @Override
  public void setStackProperties(Properties properties) {
    // Nothing to set.
  }

  @Override
  public void setSipStack(SipStack stack) {
    // Nothing to set.
  }
}
