package org.m2mx.ua.firewall.pcp;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The IPv6 router to everywhere, as Linux lists it in {@code /proc/net/ipv6_route}: destination and
 * its prefix length, source and its, next hop, metric, two counters, flags and interface, all but
 * the last in hexadecimal.
 */
final class DefaultRouter {
  private static final System.Logger LOG = System.getLogger(DefaultRouter.class.getName());
  private static final Path ROUTES = Path.of("/proc/net/ipv6_route");
  private static final String UNSPECIFIED = "0".repeat(32);
  private static final int FIELDS = 10;

  private DefaultRouter() {}

  /** Returns the router, or empty if there is none or this is not Linux. */
  static Optional<InetAddress> ofSystem() {
    if (!Files.isReadable(ROUTES)) {
      return Optional.empty();
    }
    try {
      Optional<Route> route = parse(Files.readAllLines(ROUTES));
      return route.isEmpty() ? Optional.empty() : Optional.of(route.get().address());
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "No default router: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * A way out.
   *
   * @param nextHop 16 octets in hexadecimal
   * @param metric the lower the better
   * @param device the interface
   */
  record Route(String nextHop, long metric, String device) {

    /** Returns the next hop's address, with its zone where it needs one. */
    InetAddress address() throws IOException {
      InetAddress address = InetAddress.getByAddress(HexFormat.of().parseHex(nextHop));
      if (!address.isLinkLocalAddress()) {
        return address;
      }
      return Inet6Address.getByAddress(
          null, address.getAddress(), NetworkInterface.getByName(device));
    }
  }

  /** Finds the default route with the lowest metric that leads over a router. */
  static Optional<Route> parse(List<String> routes) {
    return routes.stream()
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length == FIELDS)
        .filter(fields -> fields[0].equals(UNSPECIFIED) && fields[1].equals("00"))
        .filter(fields -> !fields[4].equals(UNSPECIFIED))
        .map(fields -> new Route(fields[4], Long.parseLong(fields[5], 16), fields[9]))
        .min(Comparator.comparingLong(Route::metric));
  }
}
