package org.m2mx.sipcontainer.metrics;

/** The classes of responses (RFC 3261 section 7.2). */
enum StatusClass {
  PROVISIONAL,
  SUCCESS,
  REDIRECTION,
  CLIENT_ERROR,
  SERVER_ERROR,
  GLOBAL_FAILURE;

  private static final StatusClass[] ALL = values();

  /**
   * @param status 100 to 699; what is beyond belongs to the nearest class
   */
  static StatusClass of(int status) {
    return ALL[Math.max(1, Math.min(ALL.length, status / 100)) - 1];
  }

  /** Such as {@code 4xx}. */
  @Override
  public String toString() {
    return ordinal() + 1 + "xx";
  }
}
