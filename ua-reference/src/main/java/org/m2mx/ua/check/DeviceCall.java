package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;
import static org.m2mx.ua.check.CheckCase.requireStatus;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoints;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Offer;
import org.m2mx.ua.sdp.SdpException;
import org.m2mx.ua.sdp.SessionDescription;

/**
 * A call to the device under test that stands.
 *
 * @param bench what it is part of
 * @param own who has called
 * @param invite the INVITE, with credentials if they were asked for
 * @param ok its 200
 * @param offer what was offered
 * @param endpoints where the data channel may begin or end
 */
record DeviceCall(
    Bench bench, Party own, Party.Draft invite, SipText ok, String offer, DataEndpoints endpoints) {
  private static final int DATA = 100_000;

  static Aor device(Bench bench) throws CheckSkipped {
    return Bench.given(bench.participants().deviceUnderTest(), "a device");
  }

  /** Registers the account that the check is run for. */
  static Party registered(Bench bench)
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    Party own = bench.own();
    requireStatus(own.authorized(own.register(600)), 200);
    return own;
  }

  /** Takes a fresh port for each protocol, until the bench is closed. */
  static DataEndpoints listen(Bench bench, Party own, List<DataProtocol> protocols)
      throws UserAgentException {
    DataEndpoints endpoints =
        DataEndpoints.listen(
            protocols,
            bench.participants().ownDevice(),
            bench.participants().charon(),
            own.flow().local().getAddress());
    bench.keep(endpoints::close);
    return endpoints;
  }

  /** Calls, and fails unless the device accepts. */
  static DeviceCall begin(Bench bench, Party own, DataEndpoints endpoints, String offer)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException {
    Party.Draft invite = own.invite(device(bench), offer);
    return begun(bench, own, endpoints, offer, invite, own.authorized(invite));
  }

  /** Goes on after the INVITE was answered, and fails unless by 200. */
  static DeviceCall begun(
      Bench bench,
      Party own,
      DataEndpoints endpoints,
      String offer,
      Party.Draft invite,
      SipText response)
      throws CheckFailure, IOException {
    requireStatus(response, 200);
    own.send(own.within(invite, response, "ACK"));
    return new DeviceCall(bench, own, invite, response, offer, endpoints);
  }

  Agreement agreement() throws CheckFailure {
    try {
      return new Offer(SessionDescription.parse(offer)).settle(SessionDescription.parse(ok.body()));
    } catch (SdpException e) {
      throw new CheckFailure("the answer does not fit: " + e.getMessage());
    }
  }

  DataChannel open() throws CheckFailure, UserAgentException {
    Agreement agreement = agreement();
    return endpoints.keep(agreement.protocol()).open(agreement, bench.participants().patience());
  }

  /** Fails unless what is sent by a stream comes back. */
  void echo(DataChannel channel) throws CheckFailure, IOException {
    byte[] data = new byte[DATA];
    new Random().nextBytes(data);
    bench.within(
        channel,
        () -> {
          channel.output().write(data);
          byte[] back = channel.input().readNBytes(DATA);
          require(Arrays.equals(data, back), "not what was sent came back");
        });
  }

  /** Fails if data flows by the channel, and unless the device ends the session. */
  void requireNothingFlows()
      throws CheckFailure, IOException, InterruptedException, UserAgentException {
    bench.requireNothingFlows(this::open);
    awaitBye();
  }

  /** Fails unless the device ends the session. */
  void awaitBye() throws CheckFailure, IOException, InterruptedException {
    own.answer(own.awaitRequest("BYE"), 200, "OK", "");
  }

  void hangUp() throws CheckFailure, IOException, InterruptedException {
    Party.Draft bye = own.within(invite, ok, "BYE");
    requireStatus(own.authorized(bye), 200);
  }
}
