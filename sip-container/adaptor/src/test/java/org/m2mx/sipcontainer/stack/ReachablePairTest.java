package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.LocalAddresses;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/**
 * Calls between parties that are reached at their addresses, from either transport and family to
 * the other, by a proxy that knows no flows: it leaves by the listener of the target's family.
 */
class ReachablePairTest {
  private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1");

  @TempDir private static Path folder;
  private static List<String> networks;
  private static TestServer server;

  private record Side(Transport transport, String address) {
    Peer connect(String user) throws Exception {
      return Peer.of(server, user, transport, address);
    }

    String listener() {
      return "%s://%s:%d"
          .formatted(
              transport.parameter(),
              address.contains(":") ? "[" + address + "]" : address,
              server.port(transport));
    }

    @Override
    public String toString() {
      return transport + " " + address;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    networks = networks();
    List<String> all = Stream.concat(LOOPBACK.stream(), networks.stream()).toList();
    server = new TestServer(folder, ProxyServlet.class);
    server
        .set("sip.listen", sides(all).stream().map(Side::listener).collect(Collectors.joining(",")))
        .set("sip.tls.self-signed-hosts", String.join(",", all))
        .set("sip.tls.trust", folder.resolve("certificate.pem").toString())
        .start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Arguments> pairs() {
    List<Side> sides = sides(LOOPBACK);
    return sides.stream().flatMap(from -> sides.stream().map(to -> Arguments.of(from, to)));
  }

  /** An address of each family that this machine has on a network. */
  private static List<String> networks() throws IOException {
    return LocalAddresses.ofThisMachine().stream()
        .filter(address -> !address.isLoopbackAddress())
        .collect(
            Collectors.toMap(
                Inet4Address.class::isInstance, AddressText::plain, (first, other) -> first))
        .values()
        .stream()
        .toList();
  }

  private static List<Side> sides(List<String> addresses) {
    return Stream.of(Transport.values())
        .flatMap(transport -> addresses.stream().map(address -> new Side(transport, address)))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void carriesACallAndWhatIsWithinItsDialog(Side from, Side to) throws Exception {
    call(from, to);
  }

  @ParameterizedTest
  @EnumSource
  void reachesAddressesOnNetworks(Transport transport) throws Exception {
    assumeFalse(networks.isEmpty(), "this machine has no addresses but those of the loopback");
    for (String address : networks) {
      call(new Side(Transport.TCP, "127.0.0.1"), new Side(transport, address));
    }
  }

  private static void call(Side from, Side to) throws Exception {
    String id = UUID.randomUUID().toString();
    String callee = "<sip:someone@example.org>";
    try (Peer alice = from.connect("alice");
        Peer bob = to.connect("bob")) {
      alice
          .own()
          .send(
              "INVITE",
              "sip:someone@example.org",
              id,
              1,
              callee,
              "X-Options: record-route",
              "X-Targets: " + bob.uri());
      Received invite = bob.reached().receive();
      assertThat(invite.headers("Record-Route")).hasSize(from.equals(to) ? 1 : 2);
      bob.reached().answer(invite, "200 OK");
      Received ok = alice.own().receive();
      assertThat(ok.firstLine()).isEqualTo("SIP/2.0 200 OK");

      List<String> routes = new ArrayList<>(ok.headers("Record-Route"));
      Collections.reverse(routes);
      alice.own().send("ACK", bob.uri(), id, 1, ok.header("To"), lines(routes));
      assertThat(bob.reached().receive().firstLine()).isEqualTo("ACK " + bob.uri() + " SIP/2.0");

      alice.own().send("INFO", bob.uri(), id, 2, ok.header("To"), lines(routes));
      Received info = bob.reached().receive();
      assertThat(info.firstLine()).isEqualTo("INFO " + bob.uri() + " SIP/2.0");
      bob.reached().answer(info, "200 OK");
      assertThat(alice.own().receive().header("CSeq")).isEqualTo("2 INFO");

      bob.own()
          .send(
              "BYE",
              alice.uri(),
              id,
              1,
              invite.header("From"),
              lines(invite.headers("Record-Route")));
      Received bye = alice.reached().receive();
      assertThat(bye.firstLine()).isEqualTo("BYE " + alice.uri() + " SIP/2.0");
      alice.reached().answer(bye, "200 OK");
      assertThat(bob.own().receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    }
  }

  private static String[] lines(List<String> routes) {
    return routes.stream().map(route -> "Route: " + route).toArray(String[]::new);
  }
}
