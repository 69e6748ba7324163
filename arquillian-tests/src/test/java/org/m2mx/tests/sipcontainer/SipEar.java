package org.m2mx.tests.sipcontainer;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;

/** An EAR with the SIP container in it and nothing of the m2m-x service. */
final class SipEar {
  private static final Pattern NOT_THE_CONTAINERS = Pattern.compile("flyway|m2mx-registry");

  private SipEar() {}

  static EnterpriseArchive named(String name) {
    EnterpriseArchive ear = ShrinkWrap.create(EnterpriseArchive.class, name + ".ear");
    Arrays.stream(Path.of(System.getProperty("m2mx.ear.lib")).toFile().listFiles())
        .filter(file -> !NOT_THE_CONTAINERS.matcher(file.getName()).find())
        .forEach(ear::addAsLibrary);
    return ear;
  }

  /**
   * Settings for a WAR in it.
   *
   * @param port of the TLS listener on every address; one above it listens TCP on 127.0.0.1
   * @param more further lines of {@code key=value}
   */
  static StringAsset settings(int port, String... more) {
    return new StringAsset(
        """
        sip.listen=tls://[::]:%1$d,tcp://127.0.0.1:%2$d
        sip.tls.certificate=${jboss.server.data.dir}/sip-tests/certificate.pem
        sip.tls.private-key=${jboss.server.data.dir}/sip-tests/private-key.pem
        sip.tls.self-signed-hosts=localhost
        sip.domains=example.org
        %3$s
        """
            .formatted(port, port + 1, String.join("\n", more)));
  }

  /** What a port of the settings is once the server has added its offset. */
  static int moved(int port) {
    return port + Integer.getInteger("m2mx.port.offset");
  }

  /** The file that clients trust. */
  static Path certificate() {
    return Path.of(System.getProperty("m2mx.server.base"), "data", "sip-tests", "certificate.pem");
  }
}
