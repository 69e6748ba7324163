package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.m2mx.sipcontainer.config.Transport;

/** Calls from any transport and family to any other, and within their dialogs both ways. */
class TransportPairTest {
  @TempDir private static Path folder;
  private static TestServer server;

  /** A transport over a family. */
  private record Side(Transport transport, String address) {
    SipClient connect(String user) throws Exception {
      return server.connect(user, transport, address);
    }

    /** How the server's own address on this side begins in a Record-Route. */
    String recordRoute() {
      return "<sip:%s:%d;transport=%s;"
          .formatted(
              address.contains(":") ? "[" + address + "]" : address,
              server.port(transport),
              transport.parameter());
    }

    @Override
    public String toString() {
      return transport + " " + address;
    }
  }

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(folder, RelayServlet.class).start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static List<Side> sides() {
    return Stream.of(Transport.values())
        .flatMap(
            transport -> Stream.of(new Side(transport, "127.0.0.1"), new Side(transport, "::1")))
        .toList();
  }

  static Stream<Arguments> pairs() {
    return sides().stream()
        .flatMap(caller -> sides().stream().map(callee -> Arguments.of(caller, callee)));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void carriesACallAndWhatIsWithinItsDialog(Side from, Side to) throws Exception {
    try (SipClient alice = from.connect("alice");
        SipClient bob = to.connect("bob")) {
      Call call = Call.throughTheServer(alice, bob);
      List<String> routes = call.invite().headers("Record-Route");
      assertThat(routes).hasSize(from.equals(to) ? 1 : 2);
      assertThat(routes.get(0)).startsWith(to.recordRoute());
      assertThat(routes.get(routes.size() - 1)).startsWith(from.recordRoute());
    }
  }
}
