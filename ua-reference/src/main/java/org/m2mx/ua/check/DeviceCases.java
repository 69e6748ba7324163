package org.m2mx.ua.check;

import static org.m2mx.ua.check.CheckCase.require;
import static org.m2mx.ua.check.CheckCase.requireStatus;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoints;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Setup;

/** What is asked of a device that is called, answers by itself, and sends back what it gets. */
final class DeviceCases {
  /** No answer for so long is none. */
  private static final Duration SILENCE = Duration.ofSeconds(1);

  /** A gateway looks at its clock now and then. */
  private static final Duration LAPSE_TOLERANCE = Duration.ofSeconds(5);

  /** Of TCPMUX (RFC 1078), which hardly any machine speaks, and no firewall lets in. */
  private static final int NOBODYS_PORT = 1;

  private static final Duration CONNECT = Duration.ofSeconds(2);

  private DeviceCases() {}

  static List<CheckCase> all() {
    return List.of(
        new CheckCase(
            "options",
            "RFC 3261 11.2",
            "OPTIONS is answered 200 and says what is allowed",
            DeviceCases::options),
        new CheckCase(
            "answer",
            "RFC 3264 6",
            "the answer keeps the offered line, with one role and a strong fingerprint",
            DeviceCases::answer),
        new CheckCase(
            "actpass-answered-passive",
            "RFC 4145 4.1",
            "setup:actpass is answered passive, so that its firewall is open in time",
            DeviceCases::passive),
        new CheckCase(
            "data",
            "RFC 8122 6",
            "TLS with both fingerprints right carries data both ways; BYE is answered 200",
            DeviceCases::data),
        new CheckCase(
            "ok-repeated",
            "RFC 3261 13.3.1.4",
            "the 200 to INVITE is sent again until its ACK comes, over whatever transport",
            DeviceCases::okRepeated),
        new CheckCase(
            "fingerprint-mismatch",
            "RFC 8122 5.1",
            "a certificate that was not signalled ends the session with BYE, and nothing flows",
            DeviceCases::mismatch),
        new CheckCase(
            "no-certificate",
            "RFC 8122 6.2",
            "TLS without a certificate carries nothing",
            DeviceCases::noCertificate),
        new CheckCase(
            "one-connection",
            "RFC 4145 4",
            "nobody else gets a connection to the session's port",
            DeviceCases::oneConnection),
        new CheckCase(
            "closed-after-bye",
            "RFC 3261 15.1.2",
            "after BYE the session's port is closed",
            DeviceCases::closedAfterBye),
        new CheckCase(
            "other-lines-refused",
            "RFC 3264 6",
            "a line that is not understood gets port 0, in its place",
            DeviceCases::otherLines),
        new CheckCase(
            "no-common-protocol",
            "RFC 3261 13.3.1.3",
            "an offer of which nothing can be used is answered 488",
            DeviceCases::noCommonProtocol),
        new CheckCase(
            "wildcard-address",
            "RFC 6193 5",
            "an offer with a wildcard address is refused",
            DeviceCases::wildcardAddress),
        new CheckCase(
            "weak-fingerprint",
            "RFC 8122 5",
            "an offer with a fingerprint by SHA-1 only is refused",
            DeviceCases::weakFingerprint),
        new CheckCase(
            "no-offer",
            "RFC 3261 13.3.1",
            "an INVITE without an offer is answered with one, or refused",
            DeviceCases::noOffer),
        new CheckCase(
            "require",
            "RFC 3261 8.2.2.3",
            "an unknown Require is answered 420 with Unsupported",
            DeviceCases::requireUnknown),
        new CheckCase(
            "unknown-method",
            "RFC 3261 8.2.1",
            "an unknown method is answered 405 or 501",
            DeviceCases::unknownMethod),
        new CheckCase(
            "reinvite",
            "RFC 3261 14.2",
            "a re-INVITE that repeats the offer is answered, and changes nothing",
            DeviceCases::reinvite),
        new CheckCase(
            "one-line-kept",
            "RFC 3264 6",
            "of streams and packets offered together the answer keeps one, and refuses the other",
            ProtocolCases::oneLineKept),
        new CheckCase(
            "packets",
            "RFC 5763 5",
            "DTLS with both fingerprints right carries packets both ways",
            ProtocolCases::packets),
        new CheckCase(
            "packets-mismatch",
            "RFC 8122 5.1",
            "a DTLS certificate that was not signalled ends the session with BYE",
            ProtocolCases::packetsMismatch),
        new CheckCase(
            "tunnel",
            "RFC 6193 4",
            "IP by IKE and ESP in UDP, with both certificates as signalled, carries data both ways",
            ProtocolCases::tunnel),
        new CheckCase(
            "tunnel-certificate",
            "RFC 6193 5",
            "an offer of a tunnel with another certificate than its fingerprint says is refused",
            ProtocolCases::tunnelCertificate),
        new CheckCase(
            "cancel", "RFC 3261 9.2", "a cancelled INVITE ends with 487", DeviceCases::cancel));
  }

  /** What ends the device. */
  static CheckCase leaseLapse() {
    return new CheckCase(
        "lease-lapse",
        "RFC 6887 15",
        "when the device dies in mid-session its firewall closes within the lease",
        DeviceCases::leaseLapse);
  }

  private static String fingerprint(Bench bench) {
    return bench.participants().ownDevice().fingerprint().toString();
  }

  private static String address(InetSocketAddress end) {
    String text = IpText.of(end.getAddress());
    return (text.contains(":") ? "IN IP6 " : "IN IP4 ") + text;
  }

  /** An offer of one stream, behind other lines. */
  private static String offer(
      String origin, String others, int port, String connection, String fingerprint) {
    return "v=0\r\no=- "
        + Math.abs(new Random().nextInt())
        + " 1 "
        + origin
        + "\r\ns=-\r\nt=0 0\r\n"
        + others
        + "m=application "
        + port
        + " TCP/TLS m2mx\r\nc="
        + connection
        + "\r\na=setup:actpass\r\na=connection:new\r\na=fingerprint:"
        + fingerprint
        + "\r\n";
  }

  private static DeviceCall call(Bench bench, String others, String fingerprint)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    DataEndpoints endpoints = DeviceCall.listen(bench, own, List.of(DataProtocol.TCP_TLS));
    InetSocketAddress end = endpoints.addresses().get(DataProtocol.TCP_TLS);
    String offer = offer(address(end), others, end.getPort(), address(end), fingerprint);
    return DeviceCall.begin(bench, own, endpoints, offer);
  }

  private static DeviceCall call(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    return call(bench, "", fingerprint(bench));
  }

  private static SipText refusedOffer(Bench bench, String connection, String fingerprint)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    String address = address(own.flow().local());
    String offer = offer(address, "", 9, connection == null ? address : connection, fingerprint);
    return own.authorized(own.invite(DeviceCall.device(bench), offer));
  }

  private static void options(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    SipText response = own.authorized(own.request("OPTIONS", DeviceCall.device(bench).toString()));
    requireStatus(response, 200);
    String allowed = String.join(",", response.all("allow"));
    for (String method : List.of("INVITE", "ACK", "CANCEL", "BYE")) {
      require(allowed.contains(method), "the 200 does not allow " + method);
    }
  }

  private static void answer(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    call.agreement();
    call.hangUp();
  }

  private static void passive(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    Setup role = call.agreement().role();
    call.hangUp();
    require(role == Setup.ACTIVE, "the answer is setup:active");
  }

  private static void data(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    try (DataChannel channel = call.open()) {
      call.echo(channel);
    }
    call.hangUp();
  }

  private static void okRepeated(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    DataEndpoints endpoints = DeviceCall.listen(bench, own, List.of(DataProtocol.TCP_TLS));
    InetSocketAddress end = endpoints.addresses().get(DataProtocol.TCP_TLS);
    String offer = offer(address(end), "", end.getPort(), address(end), fingerprint(bench));
    Party.Draft invite = own.invite(DeviceCall.device(bench), offer);
    SipText ok = own.authorized(invite);
    requireStatus(ok, 200);
    own.await(
        "second 200 to INVITE, while there is no ACK,",
        message -> message.status() == 200 && message.branch().equals(invite.branch()));
    DeviceCall.begun(bench, own, endpoints, offer, invite, ok).hangUp();
  }

  /** Another fingerprint of the same kind. */
  static String wrong(String fingerprint) {
    char last = fingerprint.charAt(fingerprint.length() - 1);
    return fingerprint.substring(0, fingerprint.length() - 1) + (last == '0' ? '1' : '0');
  }

  private static void mismatch(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    call(bench, "", wrong(fingerprint(bench))).requireNothingFlows();
  }

  private static Agreement connectable(DeviceCall call) throws CheckFailure, CheckSkipped {
    Agreement agreement = call.agreement();
    if (agreement.role() != Setup.ACTIVE) {
      throw new CheckSkipped("the device opens the connection itself");
    }
    return agreement;
  }

  private static void noCertificate(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    Agreement agreement = connectable(call);
    boolean flowed;
    try (SSLSocket socket =
        Certificateless.connect(
            agreement.peer(), agreement.peerFingerprints(), bench.participants().patience())) {
      socket.getOutputStream().write(new byte[1000]);
      flowed = socket.getInputStream().read() >= 0;
    } catch (IOException e) {
      flowed = false;
    }
    require(!flowed, "data flowed without a certificate");
    call.awaitBye();
  }

  /**
   * Whoever drops a packet says nothing; the machine of a program that has died refuses it. A new
   * connection shows the hole, since the one that stands may pass a firewall that remembers it.
   */
  private static void leaseLapse(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Crash crash = Bench.given(bench.participants().crash(), "--crash");
    DeviceCall call = call(bench);
    InetSocketAddress hole = connectable(call).peer();
    DataChannel channel = call.open();
    try {
      call.echo(channel);
      if (answers(new InetSocketAddress(hole.getAddress(), NOBODYS_PORT))) {
        throw new CheckSkipped("no firewall that drops stands before the device");
      }
      run(bench, crash.command());
      long deadline = System.nanoTime() + crash.lease().plus(LAPSE_TOLERANCE).toNanos();
      while (answers(hole)) {
        if (System.nanoTime() > deadline) {
          throw new CheckFailure(
              "the session's port still answers "
                  + crash.lease().plus(LAPSE_TOLERANCE).toSeconds()
                  + " s after the crash");
        }
        TimeUnit.MILLISECONDS.sleep(500);
      }
    } finally {
      channel.abort();
    }
  }

  private static void run(Bench bench, String command)
      throws CheckFailure, IOException, InterruptedException {
    Duration limit = bench.participants().patience();
    int code =
        bench
            .start(command)
            .exitCode(limit)
            .orElseThrow(
                () ->
                    new CheckFailure(
                        "the command of --crash did not end within " + limit.toSeconds() + " s"));
    require(code == 0, "the command of --crash ended with " + code);
  }

  /** Says whether a connection is taken or refused, and not dropped. */
  private static boolean answers(InetSocketAddress address) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(address, (int) SILENCE.toMillis());
      return true;
    } catch (ConnectException e) {
      return true;
    } catch (SocketTimeoutException | NoRouteToHostException e) {
      return false;
    }
  }

  /** Fails if a connection comes about and stays. */
  private static void requireClosed(InetSocketAddress end, String failure) throws CheckFailure {
    try (Socket socket = new Socket()) {
      socket.connect(end, (int) CONNECT.toMillis());
      socket.setSoTimeout((int) CONNECT.toMillis());
      require(socket.getInputStream().read() < 0, failure);
    } catch (SocketTimeoutException e) {
      // Either nothing answered, or it did and keeps the connection.
      require(!String.valueOf(e.getMessage()).contains("Read"), failure);
    } catch (IOException e) {
      // Refused or reset.
      return;
    }
  }

  private static void oneConnection(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    Agreement agreement = connectable(call);
    try (DataChannel channel = call.open()) {
      requireClosed(agreement.peer(), "a second connection to the session's port was taken");
      call.echo(channel);
    }
    call.hangUp();
  }

  private static void closedAfterBye(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    Agreement agreement = connectable(call);
    call.hangUp();
    requireClosed(agreement.peer(), "the session's port still takes connections after BYE");
  }

  private static void otherLines(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench, "m=audio 9 RTP/AVP 0\r\n", fingerprint(bench));
    call.agreement();
    call.hangUp();
    List<String> lines = call.ok().body().lines().filter(line -> line.startsWith("m=")).toList();
    require(lines.get(0).startsWith("m=audio 0 "), "the line for audio was not refused by port 0");
  }

  private static void noCommonProtocol(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    String audio =
        "v=0\r\no=- 1 1 IN IP6 2001:db8::1\r\ns=-\r\nc=IN IP6 2001:db8::1\r\nt=0 0\r\n"
            + "m=audio 49152 RTP/AVP 0\r\n";
    requireStatus(own.authorized(own.invite(DeviceCall.device(bench), audio)), 488, 606);
  }

  private static void wildcardAddress(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    requireStatus(refusedOffer(bench, "IN IP6 ::", fingerprint(bench)), 488, 606);
  }

  private static void weakFingerprint(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    String weak = "SHA-1 " + "AB:".repeat(19) + "AB";
    requireStatus(refusedOffer(bench, null, weak), 488, 606);
  }

  private static void noOffer(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    Party.Draft invite =
        own.request("INVITE", DeviceCall.device(bench).toString())
            .with("Contact: <" + own.contact() + ";ob>");
    SipText response = own.authorized(invite);
    if (response.status() == 200) {
      own.send(own.within(invite, response, "ACK"));
      Party.Draft bye = own.within(invite, response, "BYE");
      own.authorized(bye);
      require(response.body().contains("m="), "the 200 holds no offer");
      return;
    }
    require(response.status() >= 400, "the INVITE was answered " + response.startLine());
  }

  private static void requireUnknown(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    String address = address(own.flow().local());
    SipText response =
        own.authorized(
            own.invite(DeviceCall.device(bench), offer(address, "", 9, address, fingerprint(bench)))
                .with("Require: no-such-extension"));
    requireStatus(response, 420);
    require(
        response.header("unsupported").contains("no-such-extension"),
        "the 420 does not say what is unsupported");
  }

  private static void unknownMethod(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    Party.Draft strange = call.own().within(call.invite(), call.ok(), "FROBNICATE");
    SipText response = call.own().authorized(strange);
    call.hangUp();
    requireStatus(response, 405, 501);
  }

  private static void reinvite(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    DeviceCall call = call(bench);
    try (DataChannel channel = call.open()) {
      call.echo(channel);
      Party.Draft again =
          call.own()
              .within(call.invite(), call.ok(), "INVITE")
              .with("Contact: <" + call.own().contact() + ";ob>")
              .sdp(call.offer());
      SipText response = call.own().authorized(again);
      if (response.status() == 200) {
        call.own().send(call.own().within(again, response, "ACK"));
        require(media(response).equals(media(call.ok())), "the answer takes the data elsewhere");
      }
      // The offer is the one that stands (RFC 3264 section 8): accepted or not, nothing changes.
      call.echo(channel);
    }
    call.hangUp();
  }

  private static List<String> media(SipText answer) {
    return answer.body().lines().filter(line -> line.startsWith("m=")).toList();
  }

  private static void cancel(Bench bench)
      throws CheckFailure, CheckSkipped, IOException, InterruptedException, UserAgentException {
    Party own = DeviceCall.registered(bench);
    String address = address(own.flow().local());
    Party.Draft invite =
        own.invite(DeviceCall.device(bench), offer(address, "", 9, address, fingerprint(bench)));
    own.inviteAuthorized(invite);
    own.await(
        "provisional response to INVITE",
        message -> message.branch().equals(invite.branch()) && message.status() > 0);
    Party.Draft cancel = own.request("CANCEL", DeviceCall.device(bench).toString()).of(invite);
    own.send(cancel);
    SipText response = own.awaitFinal(invite);
    if (response.status() == 200) {
      own.send(own.within(invite, response, "ACK"));
      Party.Draft bye = own.within(invite, response, "BYE");
      own.authorized(bye);
      throw new CheckSkipped("the device had answered before the CANCEL came");
    }
    requireStatus(response, 487);
  }
}
