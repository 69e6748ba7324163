package org.m2mx.ua.signalling;

import javax.sip.header.Header;
import javax.sip.header.RetryAfterHeader;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** Says in words what a final response other than 2xx means, and what to do about it. */
final class Refusals {
  private Refusals() {}

  static UserAgentException registration(Aor aor, Response response) {
    String problem = "The server refused to register " + aor + ": " + describe(response);
    String remedy =
        switch (response.getStatusCode()) {
          case Response.FORBIDDEN, Response.NOT_FOUND -> "Ask the ISP whether the account is open";
          case Response.SERVICE_UNAVAILABLE -> "Try again " + when(response);
          default -> "Have the operator look into it";
        };
    return UserAgentException.refusal(
        Reason.REFUSED, problem, remedy, Messages.asReceived(response));
  }

  static UserAgentException message(Aor addressee, Response response) {
    int status = response.getStatusCode();
    if (status == Response.UNSUPPORTED_MEDIA_TYPE || status == Response.METHOD_NOT_ALLOWED) {
      return refusal(
          Reason.REFUSED,
          addressee + " takes no text messages (" + describe(response) + ")",
          "Have it use m2mx-ua chat",
          response);
    }
    return call(addressee, response);
  }

  static UserAgentException knock(Response response) {
    return refusal(
        Reason.REFUSED,
        "The server does not knock (" + describe(response) + ")",
        response.getStatusCode() == Response.SERVICE_UNAVAILABLE
            ? "Try again " + when(response)
            : "Make a call to see whether holes let peers in",
        response);
  }

  static UserAgentException call(Aor callee, Response response) {
    int status = response.getStatusCode();
    return switch (status) {
      case Response.NOT_FOUND, Response.DOES_NOT_EXIST_ANYWHERE ->
          refusal(
              Reason.USER_UNKNOWN,
              callee + " is unknown (404)",
              "Check the address, and ask its owner to permit you to call it",
              response);
      case Response.TEMPORARILY_UNAVAILABLE ->
          refusal(
              Reason.USER_OFFLINE,
              callee + " is not on line now (480)",
              "Try again when it is",
              response);
      case Response.BUSY_HERE, Response.BUSY_EVERYWHERE ->
          refusal(Reason.BUSY, callee + " is busy (" + status + ")", "Try again later", response);
      case Response.DECLINE ->
          refusal(Reason.DECLINED, callee + " declined (603)", "Ask its owner", response);
      case Response.REQUEST_TIMEOUT, Response.REQUEST_TERMINATED ->
          refusal(
              Reason.NO_ANSWER,
              callee + " did not answer (" + status + ")",
              "Try again later",
              response);
      case Response.NOT_ACCEPTABLE_HERE,
          Response.SESSION_NOT_ACCEPTABLE,
          Response.UNSUPPORTED_MEDIA_TYPE ->
          refusal(
              Reason.NO_COMMON_PROTOCOL,
              callee + " shares no data protocol with us (" + describe(response) + ")",
              "Update the older of the two user agents",
              response);
      default ->
          refusal(
              Reason.REFUSED,
              callee + " cannot be reached: " + describe(response),
              status == Response.FORBIDDEN
                  ? "Ask the ISP whether the account may call"
                  : "Try again " + when(response) + ", or have the operator look into it",
              response);
    };
  }

  private static UserAgentException refusal(
      Reason reason, String problem, String remedy, Response response) {
    return UserAgentException.refusal(reason, problem, remedy, Messages.asReceived(response));
  }

  /** Status, phrase, and what the server adds for people: Reason (RFC 3326) and Warning. */
  private static String describe(Response response) {
    StringBuilder text = new StringBuilder();
    text.append(response.getStatusCode()).append(' ').append(response.getReasonPhrase());
    Messages.reason(response).ifPresent(reason -> text.append(", ").append(reason));
    Header warning = response.getHeader("Warning");
    if (warning != null) {
      text.append(", ").append(warning.toString().strip());
    }
    return text.toString().replaceAll("\\p{Cntrl}+", " ");
  }

  private static String when(Response response) {
    return response.getHeader(RetryAfterHeader.NAME) instanceof RetryAfterHeader wait
        ? "in " + wait.getRetryAfter() + " s"
        : "later";
  }
}
