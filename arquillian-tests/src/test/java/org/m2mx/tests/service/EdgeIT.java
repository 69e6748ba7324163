package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.guard.Guard;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** Devices that come through a proxy of the operator's own (RFC 3327, RFC 3608, RFC 5626). */
@ArquillianTest
class EdgeIT extends ServiceTest {
  private static final String HOME = "198.51.100.9";
  private static final String EDGE_VIA =
      "Via: SIP/2.0/TLS 192.168.1.5:40000;branch=z9hG4bKdevice;received=" + HOME + "\n";
  private static final String PATH = "<sip:flow-7@edge.example;transport=tls;lr;ob>";
  private static final String THROUGH_EDGE = EDGE_VIA + "Path: " + PATH + "\n";

  @Inject Bindings bindings;
  @Inject Guard guard;
  @Inject Permissions permissions;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(
        """
        m2mx.edge-proxies=127.0.2.0/24
        m2mx.registrar.service-route=sip:localhost;transport=tls;lr
        sip.domains=localhost
        m2mx.guard.wrong-per-account-at-source=2
        """,
        EdgeIT.class);
  }

  @Test
  void thePathIsStoredAndRepeated() throws Exception {
    Aor alice = subscriber("alice");
    WireDevice device = device(alice, PASSWORD, edge());

    SipMessage ok =
        device.register(
            THROUGH_EDGE + "Supported: path, outbound\nContact: " + flow(device) + "\n");

    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.all("Path")).containsExactly(PATH);
    assertThat(ok.header("Service-Route")).contains("<sip:localhost;transport=tls;lr>");
    assertThat(bindings.of(alice, Instant.now()))
        .singleElement()
        .satisfies(binding -> assertThat(binding.path()).containsExactly(PATH));
  }

  @Test
  void whoeverFollowsTheServiceRouteIsServed() throws Exception {
    WireDevice device = registered(subscriber("alice"));
    String serviceRoute = device.register("").header("Service-Route").orElseThrow();

    SipMessage ok = device.request("OPTIONS", "sip:" + DOMAIN, "Route: " + serviceRoute + "\n");

    assertThat(ok.status()).isEqualTo(200);
  }

  @Test
  void aCallGoesBackAlongThePath() throws Exception {
    Aor alice = subscriber("alice");
    Aor video = subscriber("video");
    permissions.permit(alice, video);
    WireDevice callee = device(video, PASSWORD, edge());
    callee.register(THROUGH_EDGE + "Supported: path\nContact: " + callee.contact() + "\n");
    WireDevice caller = device(alice);

    caller.invite(video.toString());
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "486 Busy Here", "");

    assertThat(invite.all("Route")).containsExactly(PATH);
    assertThat(caller.connection().finalResponse("INVITE").status()).isEqualTo(486);
  }

  @Test
  void aDeviceThatDoesNotKnowPathIsToldToo() throws Exception {
    WireDevice device = device(subscriber("alice"), PASSWORD, edge());

    SipMessage refusal = device.register(THROUGH_EDGE + "Contact: " + device.contact() + "\n");

    assertThat(refusal.status()).isEqualTo(421);
    assertThat(refusal.header("Require")).contains("path");
  }

  @Test
  void aFlowThatTheFirstHopDoesNotKeepIsRefused() throws Exception {
    WireDevice device = device(subscriber("alice"), PASSWORD, edge());
    String contact = "Supported: path, outbound\nContact: " + flow(device) + "\n";

    SipMessage withoutOb = device.register(EDGE_VIA + "Path: <sip:edge.example;lr>\n" + contact);
    SipMessage withoutPath = device.register(EDGE_VIA + contact);

    assertThat(withoutOb.status()).isEqualTo(439);
    assertThat(withoutOb.startLine()).contains("First Hop Lacks Outbound Support");
    assertThat(withoutPath.status()).isEqualTo(439);
  }

  @Test
  void aRegIdWithoutAnInstanceIsPassedOverBehindAProxyToo() throws Exception {
    WireDevice device = device(subscriber("alice"), PASSWORD, edge());

    SipMessage ok =
        device.register(
            EDGE_VIA + "Supported: path, outbound\nContact: " + device.contact() + ";reg-id=1\n");

    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.header("Contact"))
        .hasValueSatisfying(contact -> assertThat(contact).doesNotContain("reg-id"));
  }

  @Test
  void aProxysConnectionCarriesManySubscribers() throws Exception {
    SipConnection edge = edge();

    assertThat(device(subscriber("alice"), PASSWORD, edge).register().status()).isEqualTo(200);
    assertThat(device(subscriber("bob"), PASSWORD, edge).register().status()).isEqualTo(200);
  }

  @Test
  void behindAProxyTheGuesserIsTold() throws Exception {
    Aor alice = subscriber("alice");
    Password guess = Password.of("a guess at the password");
    WireDevice guesser = device(alice, guess, edge());

    guesser.register(EDGE_VIA);
    assertThat(guesser.register(EDGE_VIA).status()).isEqualTo(503);

    assertThat(guard.shutOuts())
        .filteredOn(shutOut -> alice.equals(shutOut.account()))
        .singleElement()
        .satisfies(
            shutOut ->
                assertThat(shutOut.source().network()).isEqualTo(InetAddress.getByName(HOME)));
    assertThat(device(alice, PASSWORD, edge()).register().status()).isEqualTo(200);
  }

  private static String flow(WireDevice device) {
    return device.contact() + ";+sip.instance=\"<urn:uuid:edge>\";reg-id=1";
  }

  private SipConnection edge() throws Exception {
    return opened(
        SipConnection.open(
            InetAddress.getByName("127.0.2.1"),
            new InetSocketAddress(InetAddress.getByName("127.0.0.1"), server().getPort()),
            trustAnchor(),
            "TLSv1.3"));
  }
}
