package org.m2mx.ua.cli;

import org.m2mx.ua.UserAgentException;

/** What the command's exit code says. docs/integrators/reference-ua.md lists them. */
final class ExitCode {
  static final int OK = 0;
  static final int INTERNAL = 1;
  static final int USAGE = 2;
  static final int DEMO_FAILED = 20;
  static final int CHECK_FAILED = 22;

  private ExitCode() {}

  static int of(UserAgentException.Reason reason) {
    return switch (reason) {
      case ACCOUNT_FILE -> 3;
      case DEVICE_STATE -> 4;
      case SERVER_UNREACHABLE -> 5;
      case SERVER_CERTIFICATE -> 6;
      case AUTHENTICATION -> 7;
      case REFUSED -> 8;
      case USER_UNKNOWN -> 10;
      case USER_OFFLINE -> 11;
      case BUSY -> 12;
      case DECLINED -> 13;
      case NO_ANSWER -> 14;
      case NO_COMMON_PROTOCOL -> 15;
      case NO_PATH, DATA_CHANNEL -> 16;
      case FINGERPRINT_MISMATCH -> 17;
      case FIREWALL -> 18;
      case PEER_CHANGED -> 19;
      case TRANSFER -> 21;
      case REPORT -> 23;
      case STANDARD_STREAM -> 24;
      case INTERRUPTED -> 130;
    };
  }
}
