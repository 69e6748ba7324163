package org.m2mx.ua;

import java.util.Objects;
import java.util.Optional;

/**
 * Something the user agent could not do: what was wrong, what to do about it, and a reason that a
 * program can act on.
 */
public final class UserAgentException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Why the user agent could not go on. */
  public enum Reason {
    /** The account file cannot be read or says something that it may not. */
    ACCOUNT_FILE,
    /** The device's key, certificate or instance-id cannot be read or made. */
    DEVICE_STATE,
    /** No connection to the server came about, or it broke. */
    SERVER_UNREACHABLE,
    /** The server's certificate is not one that the account lets us trust. */
    SERVER_CERTIFICATE,
    /** The server does not accept the account's password. */
    AUTHENTICATION,
    /** The server refused for a reason other than the password. */
    REFUSED,
    /** 404: there is no such user, or we are not permitted to call it. */
    USER_UNKNOWN,
    /** 480: the user is not registered now. */
    USER_OFFLINE,
    /** 486 or 600: the user is busy. */
    BUSY,
    /** 603: the user declined. */
    DECLINED,
    /** Nobody answered in time. */
    NO_ANSWER,
    /** 488: the two user agents have no data protocol in common. */
    NO_COMMON_PROTOCOL,
    /** No packet went from one side to the other: a firewall stands in the way. */
    NO_PATH,
    /** The data channel could not be opened, or broke. */
    DATA_CHANNEL,
    /** The peer's certificate is not the one whose fingerprint it signalled. */
    FINGERPRINT_MISMATCH,
    /** The peer's certificate is not one that this device knows the peer by. */
    PEER_CHANGED,
    /** The firewall would open only a coarser hole than the user admits. */
    FIREWALL,
    /** A file could not be read or written, or has not arrived as it was sent. */
    TRANSFER,
    /** A report could not be written. */
    REPORT,
    /** Standard input cannot be read, or standard output not be written. */
    STANDARD_STREAM,
    /** The user stopped it. */
    INTERRUPTED,
  }

  private final Reason reason;
  private final String problem;
  private final String remedy;
  private final String response;

  /**
   * An error with an underlying cause.
   *
   * @param reason for programs, never null
   * @param problem what is wrong, one line, without a full stop
   * @param remedy what to do about it, one line, without a full stop
   * @param cause the underlying exception, or null
   */
  public UserAgentException(Reason reason, String problem, String remedy, Throwable cause) {
    this(reason, problem, remedy, null, cause);
  }

  private UserAgentException(
      Reason reason, String problem, String remedy, String response, Throwable cause) {
    super(problem + ". " + remedy + ".", cause);
    this.reason = Objects.requireNonNull(reason);
    this.problem = Objects.requireNonNull(problem);
    this.remedy = Objects.requireNonNull(remedy);
    this.response = response;
  }

  /**
   * An error that came as a SIP response.
   *
   * @param reason for programs, never null
   * @param problem what is wrong, one line, without a full stop
   * @param remedy what to do about it, one line, without a full stop
   * @param response the whole response as received
   * @return the exception
   */
  public static UserAgentException refusal(
      Reason reason, String problem, String remedy, String response) {
    return new UserAgentException(reason, problem, remedy, response, null);
  }

  /**
   * An error found by the user agent itself.
   *
   * @param reason for programs, never null
   * @param problem what is wrong, one line, without a full stop
   * @param remedy what to do about it, one line, without a full stop
   */
  public UserAgentException(Reason reason, String problem, String remedy) {
    this(reason, problem, remedy, null);
  }

  /** Returns why; never null. */
  public Reason reason() {
    return reason;
  }

  /** Returns what is wrong, one line without a full stop; never null. */
  public String problem() {
    return problem;
  }

  /** Returns what to do about it, one line; never null. */
  public String remedy() {
    return remedy;
  }

  /** Returns the SIP response behind this, as received, or empty if there is none. */
  public Optional<String> response() {
    return Optional.ofNullable(response);
  }
}
