package org.m2mx.ua.firewall.pcp;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The router to everywhere, of one family of addresses, as Linux lists it in {@code /proc/net}. */
final class DefaultRouter {
  private static final System.Logger LOG = System.getLogger(DefaultRouter.class.getName());
  private static final Path ROUTES_4 = Path.of("/proc/net/route");
  private static final Path ROUTES_6 = Path.of("/proc/net/ipv6_route");
  private static final String UNSPECIFIED_4 = "0".repeat(8);
  private static final String UNSPECIFIED_6 = "0".repeat(32);
  private static final int FIELDS_4 = 11;
  private static final int FIELDS_6 = 10;

  private DefaultRouter() {}

  /**
   * Finds it.
   *
   * @param own an address of this machine, of the family asked for
   * @return the router, or empty if there is none or this is not Linux
   */
  static Optional<InetAddress> of(InetAddress own) {
    boolean four = own instanceof Inet4Address;
    Path routes = four ? ROUTES_4 : ROUTES_6;
    if (!Files.isReadable(routes)) {
      return Optional.empty();
    }
    try {
      List<String> lines = Files.readAllLines(routes);
      Optional<Route> route = four ? parse4(lines) : parse6(lines);
      return route.isEmpty() ? Optional.empty() : Optional.of(route.get().address());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "No default router: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * A way out.
   *
   * @param nextHop 4 or 16 octets in hexadecimal, in the network's order
   * @param metric the lower the better
   * @param device the interface
   */
  record Route(String nextHop, long metric, String device) {

    /** Returns the next hop's address, with its zone where it needs one. */
    InetAddress address() throws IOException {
      InetAddress address = InetAddress.getByAddress(HexFormat.of().parseHex(nextHop));
      if (address instanceof Inet4Address || !address.isLinkLocalAddress()) {
        return address;
      }
      return Inet6Address.getByAddress(
          null, address.getAddress(), NetworkInterface.getByName(device));
    }
  }

  /**
   * Finds the default route with the lowest metric that leads over a router. Fields: interface,
   * destination, next hop, flags, two counters, metric, mask, and three more. Addresses are numbers
   * of the machine's own byte order, in hexadecimal; the metric is decimal.
   */
  static Optional<Route> parse4(List<String> routes) {
    return best(
        fields(routes, FIELDS_4)
            .filter(fields -> fields[1].equals(UNSPECIFIED_4) && fields[7].equals(UNSPECIFIED_4))
            .filter(fields -> !fields[2].equals(UNSPECIFIED_4))
            .map(
                fields ->
                    new Route(networkOrder(fields[2]), Long.parseLong(fields[6]), fields[0])));
  }

  private static String networkOrder(String number) {
    ByteBuffer octets = ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder());
    return HexFormat.of().formatHex(octets.putInt(HexFormat.fromHexDigits(number)).array());
  }

  /**
   * Finds the default route with the lowest metric that leads over a router. Fields: destination
   * and its prefix length, source and its, next hop, metric, two counters, flags and interface, all
   * but the last in hexadecimal.
   */
  static Optional<Route> parse6(List<String> routes) {
    return best(
        fields(routes, FIELDS_6)
            .filter(fields -> fields[0].equals(UNSPECIFIED_6) && fields[1].equals("00"))
            .filter(fields -> !fields[4].equals(UNSPECIFIED_6))
            .map(fields -> new Route(fields[4], Long.parseLong(fields[5], 16), fields[9])));
  }

  private static Stream<String[]> fields(List<String> routes, int count) {
    return routes.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length == count);
  }

  private static Optional<Route> best(Stream<Route> routes) {
    return routes.min(Comparator.comparingLong(Route::metric));
  }
}
