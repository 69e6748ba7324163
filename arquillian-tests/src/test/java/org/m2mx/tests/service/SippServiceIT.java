package org.m2mx.tests.service;

import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.Sipp;

/**
 * The service with listeners for a laboratory, called by Debian's SIPp, which has no TLS and knows
 * MD5 alone. Callers come over TCP and over UDP; devices wait at UDP.
 */
@EnabledIf(
    value = "org.m2mx.tests.wire.Sipp#isInstalled",
    disabledReason = "no SIPp (Debian: apt-get install sip-tester)")
@ArquillianTest
class SippServiceIT extends ServiceTest {
  private static final int TLS = 5061;
  private static final int PLAIN = 5095;
  private static final InetAddress HERE = InetAddress.getLoopbackAddress();
  private static final Password SECRET = Password.of("the-secret-of-an-old-device");

  @TempDir Path folder;

  @Inject Permissions permissions;

  private int played;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(
        """
        sip.listen=tls://[::]:%1$d,udp://127.0.0.1:%2$d,tcp://127.0.0.1:%2$d
        m2mx.authentication.algorithms=MD5
        """
            .formatted(TLS, PLAIN),
        SippServiceIT.class);
  }

  @Test
  void aDeviceProvesItselfAndIsBound() throws Exception {
    register(oldDevice("alice"), false, freePort());
    register(oldDevice("alice"), true, freePort());
  }

  @Test
  void aPermittedCallGoesThrough() throws Exception {
    isPlayed("service-call", "answer");
  }

  @Test
  void aPermittedTextGoesThrough() throws Exception {
    isPlayed("service-message", "takes-message");
  }

  @Test
  void whoIsNotPermittedIsToldOfNobody() throws Exception {
    Aor video = oldDevice("video");
    register(video, false, freePort());
    for (Aor callee : List.of(video, fresh("nobody"))) {
      for (boolean tcp : new boolean[] {false, true}) {
        play("service-concealed", oldDevice("mallory"), tcp, freePort(), callee.user());
      }
    }
  }

  private void isPlayed(String callersPart, String calleesPart) throws Exception {
    for (boolean tcp : new boolean[] {false, true}) {
      Aor alice = oldDevice("alice");
      Aor video = oldDevice("video");
      permissions.permit(alice, video);
      int port = freePort();
      register(video, false, port);
      try (Sipp callee = begin(calleesPart, false, port, "-d", "10")) {
        callee.awaitListening(false, port);
        play(callersPart, alice, tcp, freePort(), video.user());
        callee.awaitSuccess();
      }
    }
  }

  private void register(Aor device, boolean tcp, int port) throws Exception {
    try (Sipp sipp = begin("service-register", tcp, port, identity(device, device.domain()))) {
      sipp.awaitSuccess();
    }
  }

  private void play(String scenario, Aor caller, boolean tcp, int port, String called)
      throws Exception {
    List<String> more = new ArrayList<>(List.of(identity(caller, called + "@" + caller.domain())));
    more.addAll(List.of("-s", called));
    try (Sipp sipp = begin(scenario, tcp, port, more.toArray(String[]::new))) {
      sipp.awaitSuccess();
    }
  }

  /** What a scenario has to know of its subscriber, and what the proof is for. */
  private static String[] identity(Aor aor, String requestUri) {
    return new String[] {
      "-key",
      "user",
      aor.user(),
      "-key",
      "domain",
      aor.domain(),
      "-au",
      aor.user(),
      "-ap",
      SECRET.reveal(),
      "-auth_uri",
      requestUri
    };
  }

  private Sipp begin(String scenario, boolean tcp, int port, String... more) throws IOException {
    Path place = Files.createDirectory(folder.resolve(scenario + "-" + played++));
    Path file = place.resolve("scenario.xml");
    try (InputStream text = getClass().getResourceAsStream("/sipp/" + scenario + ".xml")) {
      Files.copy(text, file);
    }
    InetSocketAddress server = new InetSocketAddress(HERE, server().getPort() - TLS + PLAIN);
    return Sipp.play(place, file, tcp, new InetSocketAddress(HERE, port), server, more);
  }

  /** An account for devices that know MD5 only. */
  private Aor oldDevice(String name) {
    Aor aor = fresh(name);
    subscribers.open(aor, SECRET, true);
    return aor;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, HERE)) {
      return socket.getLocalPort();
    }
  }
}
