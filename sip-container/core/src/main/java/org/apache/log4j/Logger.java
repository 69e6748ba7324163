package org.apache.log4j;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * As much of the log4j 1 API as the core and the SIP stack use, on top of {@link System.Logger}. It
 * spares them log4j itself, which no longer gets fixes, and whose bridge to the server's log keeps
 * every undeployed application in memory.
 */
public class Logger {
  private static final Map<String, Logger> LOGGERS = new ConcurrentHashMap<>();

  private final System.Logger target;
  private final LineLimit failures = new LineLimit();
  private final LineLimit ofPeers = new LineLimit();

  private Logger(String name) {
    target = System.getLogger(name);
  }

  /** The logger of a name. */
  public static Logger getLogger(String name) {
    return LOGGERS.computeIfAbsent(name, Logger::new);
  }

  /** The logger of a class. */
  @SuppressWarnings("rawtypes")
  public static Logger getLogger(Class type) {
    return getLogger(type.getName());
  }

  /** The logger's name. */
  public String getName() {
    return target.getName();
  }

  /** Whether a level is logged. */
  public boolean isEnabledFor(Priority priority) {
    return target.isLoggable(priority.level());
  }

  /** Whether {@link #trace} is logged. */
  public boolean isTraceEnabled() {
    return isEnabledFor(Level.TRACE);
  }

  /** Whether {@link #debug} is logged. */
  public boolean isDebugEnabled() {
    return isEnabledFor(Level.DEBUG);
  }

  /** Whether {@link #info} is logged. */
  public boolean isInfoEnabled() {
    return isEnabledFor(Level.INFO);
  }

  /** Logs at any level: one line, and all of it where {@link #info} is logged. */
  public void log(Priority priority, Object message) {
    log(priority, message, null);
  }

  /** Logs at {@link Level#TRACE}. */
  public void trace(Object message) {
    log(Level.TRACE, message);
  }

  /** Logs at {@link Level#DEBUG}. */
  public void debug(Object message) {
    log(Level.DEBUG, message);
  }

  /** Logs at {@link Level#DEBUG}. */
  public void debug(Object message, Throwable thrown) {
    log(Level.DEBUG, message, thrown);
  }

  /** Logs at {@link Level#INFO}. */
  public void info(Object message) {
    log(Level.INFO, message);
  }

  /** Logs at {@link Level#WARN}. */
  public void warn(Object message) {
    log(Level.WARN, message);
  }

  /** Logs at {@link Level#WARN}. */
  public void warn(Object message, Throwable thrown) {
    log(Level.WARN, message, thrown);
  }

  /** Logs at {@link Level#ERROR}. */
  public void error(Object message) {
    log(Level.ERROR, message);
  }

  /** Logs at {@link Level#ERROR}. */
  public void error(Object message, Throwable thrown) {
    log(Level.ERROR, message, thrown);
  }

  /** Logs at {@link Level#FATAL}. */
  public void fatal(Object message) {
    log(Level.FATAL, message);
  }

  /** Logs at {@link Level#FATAL}. */
  public void fatal(Object message, Throwable thrown) {
    log(Level.FATAL, message, thrown);
  }

  private void log(Priority priority, Object message, Throwable thrown) {
    if (!isEnabledFor(priority)) {
      return;
    }
    CoreLine line = new CoreLine(String.valueOf(message), thrown);
    if (isInfoEnabled()) {
      target.log(priority.level(), line.text(), thrown);
    } else if (line.isOfAPeer()) {
      write(System.Logger.Level.INFO, line, ofPeers);
    } else {
      write(priority.level(), line, failures);
    }
  }

  private void write(System.Logger.Level level, CoreLine line, LineLimit limit) {
    if (!target.isLoggable(level)) {
      return;
    }
    int leftOut = limit.leftOut();
    if (leftOut > 0) {
      target.log(level, leftOut + " more lines like the last ones");
    }
    if (limit.permits()) {
      target.log(level, line.shortened());
    }
  }
}
