package org.m2mx.tests.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.m2mx.tests.service.M2mxEar;
import org.m2mx.tests.wire.AccountFile;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** What a 200 to a REGISTER promised outlives the server that sent it. */
@ArquillianTest
@RunAsClient
class BindingsSurviveIT {
  private static final String EAR = "m2mx";

  @ArquillianResource private Deployer deployer;

  @Deployment(name = EAR, managed = false, testable = false)
  static EnterpriseArchive service() {
    return M2mxEar.asBuilt();
  }

  @Test
  void aBindingIsThereAfterARedeployment() throws Exception {
    deployer.deploy(EAR);
    try (SipConnection before = connect()) {
      WireDevice device = device(before);
      assertThat(device.register().status()).isEqualTo(200);

      // The connection is open until the server ends it: what a device ends is removed at once.
      deployer.undeploy(EAR);
      deployer.deploy(EAR);

      try (SipConnection after = connect()) {
        SipMessage listing = device(after).register("");
        assertThat(listing.status()).isEqualTo(200);
        assertThat(listing.all("Contact"))
            .anySatisfy(contact -> assertThat(contact).startsWith(device.contact()));
      }
    } finally {
      deployer.undeploy(EAR);
    }
  }

  private static WireDevice device(SipConnection connection) throws Exception {
    AccountFile alice = AccountFile.demo("alice");
    return new WireDevice(connection, "alice", "m2m-x.example", alice.text("password"));
  }

  private static SipConnection connect() throws Exception {
    int port = 5061 + Integer.getInteger("m2mx.port.offset");
    return SipConnection.open(
        new InetSocketAddress(InetAddress.getByName("::1"), port),
        Path.of(System.getProperty("m2mx.server.base"), "data/m2mx/tls/certificate.pem"));
  }
}
