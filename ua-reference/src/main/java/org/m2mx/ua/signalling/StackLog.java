package org.m2mx.ua.signalling;

import gov.nist.core.StackLogger;
import java.util.Properties;

/** Sends JAIN SIP's own log to the {@link System.Logger} of this package, in place of log4j. */
public final class StackLog implements StackLogger {
  private static final System.Logger LOG =
      System.getLogger(StackLog.class.getPackageName() + ".jainsip");

  /** Made by the stack, by name. */
  public StackLog() {}

  /** What it warns of are its own settings, at each start: no news to a program's user. */
  private static System.Logger.Level level(int traceLevel) {
    if (traceLevel <= TRACE_ERROR) {
      return System.Logger.Level.WARNING;
    }
    return traceLevel <= TRACE_INFO ? System.Logger.Level.DEBUG : System.Logger.Level.TRACE;
  }

  @Override
  public boolean isLoggingEnabled() {
    return true;
  }

  @Override
  public boolean isLoggingEnabled(int traceLevel) {
    return LOG.isLoggable(level(traceLevel));
  }

  @Override
  public void logStackTrace() {
    logStackTrace(TRACE_DEBUG);
  }

  @Override
  public void logStackTrace(int traceLevel) {
    if (isLoggingEnabled(traceLevel)) {
      LOG.log(level(traceLevel), "Stack trace", new Throwable("not an error"));
    }
  }

  @Override
  public int getLineCount() {
    return 0;
  }

  @Override
  public void logException(Throwable e) {
    LOG.log(level(TRACE_ERROR), "Exception", e);
  }

  @Override
  public void logDebug(String message) {
    LOG.log(level(TRACE_DEBUG), () -> message);
  }

  @Override
  public void logDebug(String message, Exception e) {
    LOG.log(level(TRACE_DEBUG), message, e);
  }

  @Override
  public void logTrace(String message) {
    LOG.log(level(TRACE_TRACE), () -> message);
  }

  @Override
  public void logFatalError(String message) {
    LOG.log(level(TRACE_FATAL), () -> message);
  }

  @Override
  public void logError(String message) {
    LOG.log(level(TRACE_ERROR), () -> message);
  }

  @Override
  public void logError(String message, Exception e) {
    LOG.log(level(TRACE_ERROR), message, e);
  }

  @Override
  public void logWarning(String message) {
    LOG.log(level(TRACE_WARN), () -> message);
  }

  @Override
  public void logInfo(String message) {
    LOG.log(level(TRACE_INFO), () -> message);
  }

  @Override
  public void disableLogging() {
    // The system's logger decides.
  }

  @Override
  public void enableLogging() {
    // The system's logger decides.
  }

  @Override
  public void setBuildTimeStamp(String buildTimeStamp) {
    // Says nothing that this log could use.
  }

  @Override
  public void setStackProperties(Properties stackProperties) {
    // The system's logger decides.
  }

  @Override
  public String getLoggerName() {
    return LOG.getName();
  }
}
