package org.m2mx.tests.sipcontainer;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.m2mx.tests.wire.Sipp;

/** The scenarios in {@code src/test/resources/sipp}, each over UDP on IPv4 and TCP on IPv6. */
@ArquillianTest
@RunAsClient
class SippIT {
  private static final int PORT = 5091;

  /** SIPp knows its device by its port; so many are wanted at the same time. */
  private static final int FIRST_DEVICE = 5093;

  @TempDir private Path folder;

  @Deployment(testable = false)
  static EnterpriseArchive exchange() {
    return SipEar.named("exchange")
        .addAsModule(
            ShrinkWrap.create(WebArchive.class, "exchange.war")
                .addClasses(ExchangeServlet.class, ExchangeUsers.class)
                .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
                .addAsWebInfResource(
                    new StringAsset(
                        """
                        <sip-app>
                          <servlet-selection><main-servlet>exchange</main-servlet></servlet-selection>
                          <security-constraint>
                            <resource-collection><servlet-name>exchange</servlet-name><sip-method>MESSAGE</sip-method></resource-collection>
                            <auth-constraint><role-name>regular</role-name></auth-constraint>
                          </security-constraint>
                          <login-config><auth-method>DIGEST</auth-method><realm-name>example.org</realm-name></login-config>
                          <security-role><role-name>regular</role-name></security-role>
                        </sip-app>
                        """),
                    "sip.xml")
                .addAsResource(
                    new StringAsset(
                        """
                        sip.listen=udp://127.0.0.1:%1$d,tcp://127.0.0.1:%1$d,udp://[::1]:%1$d,tcp://[::1]:%1$d
                        sip.digest.algorithms=MD5
                        """
                            .formatted(PORT)),
                    "META-INF/microprofile-config.properties"));
  }

  @BeforeAll
  static void needsSipp() {
    assumeTrue(Sipp.isInstalled(), "no SIPp (Debian: apt-get install sip-tester)");
  }

  /**
   * What is played.
   *
   * @param caller the caller's scenario
   * @param service the user part of what it calls
   * @param devices the scenarios of those that are called in turn
   */
  private record Cast(String caller, String service, String... devices) {
    @Override
    public String toString() {
      return "%s to %s %s".formatted(caller, service, String.join(" and ", devices)).strip();
    }
  }

  private static final List<Cast> ALL =
      List.of(
          new Cast("options", "answers"),
          new Cast("call", "answers"),
          new Cast("reliable", "answers"),
          new Cast("digest", "answers"),
          new Cast("digest-wrong", "answers"),
          new Cast("call", "through", "answer"),
          new Cast("call", "through", "loses", "answer"),
          new Cast("call", "joins", "answer"),
          new Cast("cancel", "through", "loses"),
          new Cast("cancel", "joins", "loses"),
          new Cast("cancel-crosses", "through", "answer-crosses"));

  /** Each transport and each family once; TransportPairTest has them all. */
  static Stream<Arguments> everywhere() {
    return ALL.stream()
        .flatMap(
            cast ->
                Stream.of(
                    Arguments.of(cast, "UDP", "127.0.0.1"), Arguments.of(cast, "TCP", "::1")));
  }

  @ParameterizedTest(name = "{0} over {1} on {2}")
  @MethodSource("everywhere")
  void isPlayedToItsEnd(Cast cast, String transport, String host) throws Exception {
    boolean tcp = transport.equals("TCP");
    List<Sipp> devices = new ArrayList<>();
    List<String> targets = new ArrayList<>();
    try {
      for (String scenario : cast.devices()) {
        InetSocketAddress local = device(host, 1 + devices.size());
        Sipp device =
            Sipp.play(
                folder.resolve(scenario), file(scenario), tcp, local, server(host), "-d", "200");
        devices.add(device);
        device.awaitListening(tcp, local.getPort());
        targets.add(
            "sip:device@%s:%d;transport=%s"
                .formatted(Sipp.literal(local.getAddress()), local.getPort(), tcp ? "tcp" : "udp"));
      }
      try (Sipp caller =
          Sipp.play(
              folder.resolve("caller"),
              file(cast.caller()),
              tcp,
              device(host, 0),
              server(host),
              "-s",
              cast.service(),
              // By itself it would prove itself for the server's address, not for the Request-URI.
              "-auth_uri",
              cast.service() + "@example.org",
              "-key",
              "targets",
              String.join(", ", targets))) {
        caller.awaitSuccess();
      }
      for (Sipp device : devices) {
        device.awaitSuccess();
      }
    } finally {
      devices.forEach(Sipp::close);
    }
  }

  private static Path file(String scenario) throws URISyntaxException {
    return Path.of(SippIT.class.getResource("/sipp/" + scenario + ".xml").toURI());
  }

  private static InetSocketAddress server(String host) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), SipEar.moved(PORT));
  }

  private static InetSocketAddress device(String host, int number) throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), SipEar.moved(FIRST_DEVICE) + number);
  }
}
