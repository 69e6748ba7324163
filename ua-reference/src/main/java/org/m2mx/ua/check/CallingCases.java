package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;
import static org.m2mx.ua.check.CheckCase.requireStatus;

import java.io.IOException;
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
            CallingCases::mismatch));
  }

  /** A call of the device's that has come. */
  private record Called(Bench bench, Party own, SipText invite, ReceivedOffer offer) {

    /** Answers by a stream or packets; says by which certificate, rightly or not. */
    DataChannel answer(Credential credential)
        throws CheckFailure, IOException, InterruptedException, UserAgentException {
      DataEndpoint endpoint =
          DataEndpoint.listen(
              offer.agreement().protocol(),
              bench.participants().ownDevice(),
              own.flow().local().getAddress());
      bench.keep(endpoint::close);
      SessionDescription answer =
          offer.answer(Origin.random(new Random()), endpoint.address(), credential, Party.token());
      own.answer(invite, 200, "OK", answer.toString());
      own.awaitRequest("ACK");
      return endpoint.open(offer.agreement(), bench.participants().patience());
    }
  }

  private static Called called(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    String command = Bench.given(bench.participants().dial(), "--dial");
    Party own = DeviceCall.registered(bench);
    bench.start(command);
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
    DataChannel channel = called.answer(bench.participants().ownDevice().credential());
    try {
      requireStatus(called.own().authorized(called.own().within(called.invite(), "BYE")), 200);
    } finally {
      channel.close();
    }
  }

  private static void mismatch(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Called called = called(bench);
    bench.requireNothingFlows(() -> called.answer(ProtocolCases.wrong(bench)));
    called.own().answer(called.own().awaitRequest("BYE"), 200, "OK", "");
  }
}
