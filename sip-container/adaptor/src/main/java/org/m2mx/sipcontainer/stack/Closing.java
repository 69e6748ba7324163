package org.m2mx.sipcontainer.stack;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/** Ends things one after the other, each whatever has become of those before. */
public final class Closing {
  private static final Logger LOG = System.getLogger(Closing.class.getName());

  /** Ends something. */
  @FunctionalInterface
  public interface Step {
    /** Ends it. */
    void run() throws Exception;
  }

  private Closing() {}

  /**
   * Takes a step. One that fails is a line in the log, with what it has thrown.
   *
   * @param what is ended, for that line
   */
  public static void step(String what, Step step) {
    try {
      step.run();
    } catch (Exception | LinkageError e) {
      LOG.log(Level.ERROR, what + " did not end as it should, the rest is ended all the same", e);
    }
  }
}
