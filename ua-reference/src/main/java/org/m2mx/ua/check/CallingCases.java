package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;
import static org.m2mx.ua.check.CheckCase.requireStatus;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoint;
import org.m2mx.ua.sdp.Credential;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Origin;
import org.m2mx.ua.sdp.ReceivedOffer;
import org.m2mx.ua.sdp.SdpException;
import org.m2mx.ua.sdp.SessionDescription;

/** What is asked of a device that calls, when a command has it do so. */
final class CallingCases {
  /** How long to look at one party before the other. */
  private static final Duration LOOK = Duration.ofMillis(200);

  private CallingCases() {}

  static List<CheckCase> all() {
    return List.of(
        new CheckCase(
            "calls",
            "RFC 3264 5",
            "the device's offer can be answered, it brings its channel about, and BYE is answered 200",
            CallingCases::calls),
        new CheckCase(
            "calls-mismatch",
            "RFC 8122 5.1",
            "who answers with a certificate that was not signalled gets no data, and BYE",
            CallingCases::mismatch),
        new CheckCase(
            "calls-forked",
            "RFC 3261 13.2.2.4",
            "of two that accept its call both get ACK, and one BYE; the other gets the data",
            CallingCases::forked));
  }

  /** A call of the device's that has come. */
  private record Called(Bench bench, Party own, SipText invite, ReceivedOffer offer) {

    /** Answers by a stream or packets; says by which certificate, rightly or not. */
    DataChannel answer(Credential credential)
        throws CheckFailure, IOException, InterruptedException, UserAgentException {
      DataEndpoint endpoint = accept(credential);
      own.awaitRequest("ACK");
      return open(endpoint);
    }

    /** Answers, and does not wait. */
    DataEndpoint accept(Credential credential) throws IOException, UserAgentException {
      DataEndpoint endpoint =
          DataEndpoint.listen(
              offer.agreement().protocol(),
              bench.participants().ownDevice(),
              own.flow().local().getAddress());
      bench.keep(endpoint::close);
      SessionDescription answer =
          offer.answer(Origin.random(new Random()), endpoint.address(), credential, Party.token());
      own.answer(invite, 200, "OK", answer.toString());
      return endpoint;
    }

    DataChannel open(DataEndpoint endpoint) throws InterruptedException, UserAgentException {
      return endpoint.open(offer.agreement(), bench.participants().patience());
    }

    /** Says whether the device lets this call go within a while, which is then answered. */
    boolean isLetGo(Duration limit) throws CheckFailure, IOException, InterruptedException {
      if (!own.comes(limit, message -> message.method().equals("BYE") && !message.isResponse())) {
        return false;
      }
      own.answer(own.awaitRequest("BYE"), 200, "OK", "");
      return true;
    }

    /** Hangs up when the data channel stands. */
    void hangUp(DataEndpoint endpoint)
        throws CheckFailure, IOException, InterruptedException, UserAgentException {
      DataChannel channel = open(endpoint);
      try {
        requireStatus(own.authorized(own.within(invite, "BYE")), 200);
      } finally {
        channel.close();
      }
    }
  }

  private static Called called(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    String command = Bench.given(bench.participants().dial(), "--dial");
    Party own = DeviceCall.registered(bench);
    bench.start(command);
    return awaited(bench, own);
  }

  private static Called awaited(Bench bench, Party own)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    SipText invite = own.awaitRequest("INVITE");
    require(
        invite.header("from").contains(DeviceCall.device(bench).toString()),
        "the INVITE is from " + invite.header("from"));
    own.answer(invite, 180, "Ringing", "");
    try {
      return new Called(
          bench,
          own,
          invite,
          ReceivedOffer.accept(SessionDescription.parse(invite.body()), DataProtocol.USUAL));
    } catch (SdpException e) {
      own.answer(invite, 488, "Not Acceptable Here", "");
      throw new CheckFailure("the offer cannot be answered: " + e.getMessage());
    }
  }

  private static void calls(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Called called = called(bench);
    DataEndpoint endpoint = called.accept(bench.participants().ownDevice().credential());
    called.own().awaitRequest("ACK");
    called.hangUp(endpoint);
  }

  /** The proxy between forks to two devices of the account, neither of which heeds a CANCEL. */
  private static void forked(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Credential credential = bench.participants().ownDevice().credential();
    Party another = DeviceCall.registered(bench);
    Called first = called(bench);
    Called second = awaited(bench, another);
    DataEndpoint atFirst = first.accept(credential);
    DataEndpoint atSecond = second.accept(credential);
    first.own().awaitRequest("ACK");
    second.own().awaitRequest("ACK");
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < bench.participants().patience().toNanos()) {
      if (second.isLetGo(LOOK)) {
        first.hangUp(atFirst);
        return;
      }
      if (first.isLetGo(LOOK)) {
        second.hangUp(atSecond);
        return;
      }
    }
    throw new CheckFailure("both that have accepted one offer are kept");
  }

  private static void mismatch(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Called called = called(bench);
    bench.requireNothingFlows(() -> called.answer(ProtocolCases.wrong(bench)));
    called.own().answer(called.own().awaitRequest("BYE"), 200, "OK", "");
  }
}
