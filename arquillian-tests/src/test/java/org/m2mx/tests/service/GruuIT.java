package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** Names that reach one device of several (RFC 5627). */
@ArquillianTest
class GruuIT extends ServiceTest {
  @Inject Permissions permissions;

  private Aor video;
  private WireDevice caller;
  private WireDevice camera;
  private WireDevice doorbell;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(GruuIT.class);
  }

  @BeforeEach
  void twoDevicesOfOneSubscriber() throws Exception {
    Aor alice = subscriber("alice");
    video = subscriber("video");
    permissions.permit(alice, video);
    caller = device(alice);
    camera = device(video);
    doorbell = device(video);
    register(doorbell, "urn:uuid:doorbell");
  }

  @Test
  void thePublicNameReachesItsDeviceAlone() throws Exception {
    register(camera, "urn:uuid:camera");

    rings(camera, video + ";gr=urn:uuid:camera");
    assertThat(doorbell.connection().silentFor(Duration.ofMillis(200))).isTrue();
    rings(doorbell, video + ";gr=urn:uuid:doorbell");
    rings(camera, video + ";gr=URN:uuid:CAMERA");
  }

  @Test
  void thePublicNameOfADeviceThatIsAwayIsOffLine() throws Exception {
    assertThat(caller.request("INVITE", video + ";gr=urn:uuid:camera").status()).isEqualTo(480);
  }

  @Test
  void eachTemporaryNameReachesItsDeviceUntilItRegistersAnew() throws Exception {
    String first = register(camera, "urn:uuid:camera");
    String second = register(camera, "urn:uuid:camera");

    rings(camera, first);
    rings(camera, second);
    assertThat(doorbell.connection().silentFor(Duration.ofMillis(200))).isTrue();

    // Another device object has another Call-ID, as a camera has that was switched off and on.
    register(device(video, PASSWORD, camera.connection()), "urn:uuid:camera");
    assertThat(caller.request("INVITE", first).status()).isEqualTo(404);
    assertThat(caller.request("INVITE", second).status()).isEqualTo(404);
  }

  @Test
  void withinADialogTheNameStandsForTheContactToo() throws Exception {
    register(camera, "urn:uuid:camera");
    WireDevice.Call call = caller.invite(video.toString() + ";gr=urn:uuid:camera");
    SipMessage invite = camera.connection().request("INVITE");
    camera.answer(invite, "200 OK", "Contact: <" + video + ";gr=urn:uuid:camera>\n");
    SipMessage ok = caller.connection().finalResponse("INVITE");

    call.acknowledgeOk(ok);
    call.inDialog("BYE", ok);

    assertThat(camera.connection().request("ACK").startLine())
        .isEqualTo(invite.startLine().replace("INVITE", "ACK"));
    SipMessage bye = camera.connection().request("BYE");
    assertThat(bye.startLine()).isEqualTo(invite.startLine().replace("INVITE", "BYE"));
    camera.answer(bye, "200 OK", "");
    assertThat(caller.connection().finalResponse("BYE").status()).isEqualTo(200);
  }

  @Test
  void whoMayNotCallLearnsNothingFromAName() throws Exception {
    String temporary = register(camera, "urn:uuid:camera");
    WireDevice mallory = device(subscriber("mallory"));

    SipMessage byName = mallory.request("INVITE", temporary);
    SipMessage byPublicName = mallory.request("INVITE", video + ";gr=urn:uuid:camera");
    SipMessage madeUp = mallory.request("INVITE", temporary.replaceFirst("\\w{8}@", "AAAAAAAA@"));

    assertThat(byName.status()).isEqualTo(404);
    assertThat(byPublicName.startLine()).isEqualTo(byName.startLine());
    assertThat(madeUp.startLine()).isEqualTo(byName.startLine());
  }

  private void rings(WireDevice callee, String name) throws IOException {
    WireDevice.Call call = caller.invite(name);
    SipMessage invite = callee.connection().request("INVITE");
    callee.answer(invite, "486 Busy Here", "");
    SipMessage refusal = caller.connection().finalResponse("INVITE");
    call.acknowledge(refusal);
    assertThat(invite.startLine()).as("the name is resolved").doesNotContain("gr");
    assertThat(refusal.status()).isEqualTo(486);
    assertThat(callee.connection().request("ACK")).isNotNull();
  }

  /** Registers and returns the temporary GRUU. */
  private static String register(WireDevice device, String instance) throws IOException {
    SipMessage ok =
        device.register(
            "Supported: gruu\nContact: %s;+sip.instance=\"<%s>\"\n"
                .formatted(device.contact(), instance));
    assertThat(ok.status()).isEqualTo(200);
    return String.join(",", ok.all("Contact"))
        .replaceAll("^.*<" + instance + ">\"[^,]*;temp-gruu=\"([^\"]+)\".*$", "$1");
  }
}
