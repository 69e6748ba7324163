package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.io.IOException;
import java.security.SecureRandom;
import javax.sip.header.ProxyAuthenticateHeader;
import javax.sip.header.WWWAuthenticateHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.overload.RetryAfter;
import org.m2mx.sipcontainer.security.Challenge;

/**
 * Answers that hold nothing (RFC 3261 section 8.2.7): a request that comes again gets the same one,
 * and the ACK of a refused INVITE is known by the tag it was given.
 */
final class StatelessAnswers {
  private final long secret = new SecureRandom().nextLong();

  /** Answers, but for an ACK. */
  void send(SIPRequest request, int status, SipChannel channel) throws IOException {
    if (!request.getMethod().equals(Request.ACK)) {
      channel.sendBack(answer(request, status));
    }
  }

  /**
   * Refuses with 503 and asks to come back, not all at the same moment. Who takes part in overload
   * control is told in the answer how much less to send; a Retry-After would mean nothing at all.
   */
  void refuseForNow(SIPRequest request, SipChannel channel) throws IOException {
    SIPResponse answer = answer(request, 503);
    if (!OverloadFeedback.isOffered(request.getTopmostVia())) {
      answer.addHeader("Retry-After: " + RetryAfter.seconds());
    }
    channel.sendBack(answer);
  }

  /** Asks who sent a request. */
  void challenge(SIPRequest request, Challenge challenge, SipChannel channel) throws IOException {
    boolean asProxy = challenge.asker() == Challenge.Asker.PROXY;
    SIPResponse answer =
        answer(request, asProxy ? Response.PROXY_AUTHENTICATION_REQUIRED : Response.UNAUTHORIZED);
    String name = asProxy ? ProxyAuthenticateHeader.NAME : WWWAuthenticateHeader.NAME;
    for (String value : challenge.values()) {
      // The stack's own kind would take what is written here apart and write it anew.
      ExtensionHeaderImpl header = new ExtensionHeaderImpl(name);
      header.setValue(value);
      answer.addHeader(header);
    }
    channel.sendBack(answer);
  }

  /**
   * The same refusal of a request of which only the head was read, from somebody who takes no part
   * in overload control.
   *
   * @return as it goes over the wire
   */
  byte[] refusalForNow(MessageHead head) {
    return head.answer(
        "503 Service unavailable",
        tag(head.branch(), head.callId()),
        "Retry-After: " + RetryAfter.seconds());
  }

  /** Whether an ACK is for an answer from here. */
  boolean isAcknowledgement(MessageHead ack) {
    return ack.toTag().filter(tag(ack.branch(), ack.callId())::equals).isPresent();
  }

  /** Whether an ACK is for an answer from here. */
  boolean isAcknowledgement(SIPRequest ack) {
    return ack.getToTag() != null && ack.getToTag().equals(tag(ack));
  }

  private SIPResponse answer(SIPRequest request, int status) {
    SIPResponse answer = request.createResponse(status);
    tag(answer);
    return answer;
  }

  /** Gives an answer from here the tag by which its ACK is known, unless it has one. */
  void tag(SIPResponse answer) {
    if (answer.getToTag() == null) {
      answer.setToTag(tag((SIPMessage) answer));
    }
  }

  private String tag(SIPMessage message) {
    return tag(message.getTopmostVia().getBranch(), message.getCallId().getCallId());
  }

  private String tag(String branch, String callId) {
    long hash = secret;
    String name = branch + ' ' + callId;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x9E3779B97F4A7C15L;
      hash ^= hash >>> 29;
    }
    return Long.toHexString(hash);
  }
}
