package org.m2mx.ua.firewall;

/**
 * Something that has happened to a session's hole.
 *
 * @param kind what, for programs
 * @param text what, for people; one line
 */
public record FirewallNotice(Kind kind, String text) {

  /** What has happened. */
  public enum Kind {
    /** There is no firewall that this side can talk to, so that no hole was opened. */
    NOT_FOUND,
    /** A hole was opened. */
    OPENED,
    /** A hole was closed. */
    CLOSED,
    /** A hole could not be opened, renewed or closed. */
    FAILED,
  }
}
