package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.Baresip;

/** Two old devices, which know MD5 only, over TLS. */
@EnabledIf(
    value = "org.m2mx.tests.wire.Baresip#isInstalled",
    disabledReason = "baresip is not installed")
@ArquillianTest
class BaresipIT extends ServiceTest {
  private static final String SECRET = "the-secret-of-an-old-device";

  @TempDir Path folder;

  @Inject Bindings bindings;
  @Inject Permissions permissions;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests("m2mx.authentication.algorithms=MD5", BaresipIT.class);
  }

  @Test
  void itRegistersCallsAndHangsUp() throws Exception {
    Aor alice = oldDevice("alice");
    Aor video = oldDevice("video");
    permissions.permit(alice, video);

    try (Baresip callee = start(video);
        Baresip caller = start(alice)) {
      callee.await("[1 binding]");
      caller.await("[1 binding]");
      assertThat(bindings.of(video, Instant.now()))
          .singleElement()
          .satisfies(binding -> assertThat(binding.userAgent()).startsWith("baresip"));

      caller.command("/dial " + video);
      caller.await("Call established");
      callee.await("Call established");

      caller.command("/hangup");
      callee.await("session closed");
    }
  }

  @Test
  void md5IsTakenFromOldDevicesOnly() throws Exception {
    Aor modern = fresh("modern");
    subscribers.open(modern, Password.of(SECRET), false);

    try (Baresip device = start(modern)) {
      device.await("reg: " + modern);
      assertThat(bindings.of(modern, Instant.now())).isEmpty();
    }
  }

  private Aor oldDevice(String name) {
    Aor aor = fresh(name);
    subscribers.open(aor, Password.of(SECRET), true);
    return aor;
  }

  private Baresip start(Aor aor) throws Exception {
    return Baresip.start(
        Files.createDirectory(folder.resolve(aor.user())),
        aor.user(),
        aor.domain(),
        SECRET,
        new InetSocketAddress(InetAddress.getByName("127.0.0.1"), server().getPort()),
        trustAnchor());
  }
}
