package org.apache.log4j;

/** The levels of the log4j 1 API that the core compares with. */
public class Priority {
  /** See {@link Level#FATAL}. */
  public static final Priority FATAL = Level.FATAL;

  /** See {@link Level#ERROR}. */
  public static final Priority ERROR = Level.ERROR;

  /** See {@link Level#WARN}. */
  public static final Priority WARN = Level.WARN;

  /** See {@link Level#INFO}. */
  public static final Priority INFO = Level.INFO;

  /** See {@link Level#DEBUG}. */
  public static final Priority DEBUG = Level.DEBUG;

  private final System.Logger.Level level;

  Priority(System.Logger.Level level) {
    this.level = level;
  }

  System.Logger.Level level() {
    return level;
  }
}
