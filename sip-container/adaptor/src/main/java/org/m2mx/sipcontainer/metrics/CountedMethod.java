package org.m2mx.sipcontainer.metrics;

/** The methods that are counted apart: whatever else a peer makes up is one. */
enum CountedMethod {
  ACK,
  BYE,
  CANCEL,
  INFO,
  INVITE,
  MESSAGE,
  NOTIFY,
  OPTIONS,
  PRACK,
  PUBLISH,
  REFER,
  REGISTER,
  SUBSCRIBE,
  UPDATE,
  OTHER;

  static CountedMethod of(String method) {
    return switch (method) {
      case "ACK" -> ACK;
      case "BYE" -> BYE;
      case "CANCEL" -> CANCEL;
      case "INFO" -> INFO;
      case "INVITE" -> INVITE;
      case "MESSAGE" -> MESSAGE;
      case "NOTIFY" -> NOTIFY;
      case "OPTIONS" -> OPTIONS;
      case "PRACK" -> PRACK;
      case "PUBLISH" -> PUBLISH;
      case "REFER" -> REFER;
      case "REGISTER" -> REGISTER;
      case "SUBSCRIBE" -> SUBSCRIBE;
      case "UPDATE" -> UPDATE;
      default -> OTHER;
    };
  }
}
