package org.m2mx.registry.secondfactor;

/** What came of a code. */
public enum Verdict {
  /** It is right, and was not used before. */
  ACCEPTED,
  /** It is wrong, too old, or was used before. */
  WRONG,
  /** There were too many wrong ones: for a while not even the right one counts. */
  LOCKED
}
