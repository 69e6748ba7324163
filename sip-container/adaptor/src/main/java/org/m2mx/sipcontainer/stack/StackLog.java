package org.m2mx.sipcontainer.stack;

import gov.nist.core.LogLevels;
import gov.nist.core.StackLogger;
import java.util.Properties;
import org.apache.log4j.Level;
import org.apache.log4j.Logger;

/** Lets what the SIP stack has to say appear in the server's log, under one logger's name. */
public final class StackLog implements StackLogger {
  private static final Logger LOG = Logger.getLogger("org.m2mx.sipcontainer.jain");

  @Override
  public boolean isLoggingEnabled() {
    return true;
  }

  @Override
  public boolean isLoggingEnabled(int level) {
    return LOG.isEnabledFor(level(level));
  }

  private static Level level(int stackLevel) {
    if (stackLevel <= LogLevels.TRACE_ERROR) {
      return Level.ERROR;
    } else if (stackLevel == LogLevels.TRACE_WARN) {
      return Level.WARN;
    } else if (stackLevel == LogLevels.TRACE_INFO) {
      return Level.INFO;
    }
    return Level.TRACE;
  }

  @Override
  public void logException(Throwable thrown) {
    LOG.error("Failure in the SIP stack", thrown);
  }

  @Override
  public void logFatalError(String message) {
    LOG.error(message);
  }

  @Override
  public void logError(String message) {
    LOG.error(message);
  }

  @Override
  public void logError(String message, Exception thrown) {
    LOG.error(message, thrown);
  }

  @Override
  public void logWarning(String message) {
    LOG.warn(message);
  }

  @Override
  public void logInfo(String message) {
    LOG.info(message);
  }

  @Override
  public void logDebug(String message) {
    LOG.debug(message);
  }

  @Override
  public void logDebug(String message, Exception thrown) {
    LOG.debug(message, thrown);
  }

  @Override
  public void logTrace(String message) {
    LOG.debug(message);
  }

  @Override
  public void logStackTrace() {
    // Where the stack is while it works is of no interest.
  }

  @Override
  public void logStackTrace(int level) {
    // Where the stack is while it works is of no interest.
  }

  @Override
  public int getLineCount() {
    return 0;
  }

  @Override
  public void disableLogging() {
    // The server's configuration decides.
  }

  @Override
  public void enableLogging() {
    // The server's configuration decides.
  }

  @Override
  public void setBuildTimeStamp(String stamp) {
    // Not of interest.
  }

  @Override
  public void setStackProperties(Properties properties) {
    // The server's configuration decides.
  }

  @Override
  public String getLoggerName() {
    return LOG.getName();
  }
}
