package org.apache.log4j;

/**
 * The levels of the log4j 1 API and what they become. What the core calls information tells of its
 * inner life and is of interest only to who looks for a fault in it.
 */
public class Level extends Priority {
  /** Failures. */
  public static final Level FATAL = new Level(System.Logger.Level.ERROR);

  /** Failures. */
  public static final Level ERROR = new Level(System.Logger.Level.ERROR);

  /** Warnings. */
  public static final Level WARN = new Level(System.Logger.Level.WARNING);

  /** The core's life. */
  public static final Level INFO = new Level(System.Logger.Level.DEBUG);

  /** The core's every step. */
  public static final Level DEBUG = new Level(System.Logger.Level.TRACE);

  /** The core's every step. */
  public static final Level TRACE = new Level(System.Logger.Level.TRACE);

  private Level(System.Logger.Level level) {
    super(level);
  }
}
