package org.m2mx.sipcontainer.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.m2mx.sipcontainer.config.Transport;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.NAPTRRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** Finds the servers of a domain, in the order to try them (RFC 3263 section 4). */
final class ServerLocator {
  private static final int MOST_TARGETS = 12;

  private final Records records;
  private final Reachable reachable;
  private final RandomGenerator random;

  /** What this server can reach at all. */
  interface Reachable {
    /** The transports it has listeners of, the preferred first. */
    List<Transport> transports();

    /** Whether it has a listener of this transport in the family of an address. */
    boolean reaches(Transport transport, InetAddress address);

    /** The addresses the system itself knows of a host the DNS knows none of; may be none. */
    List<InetAddress> ofTheSystem(String host);
  }

  private record Service(Transport transport, Name name) {}

  ServerLocator(Records records, Reachable reachable, RandomGenerator random) {
    this.records = records;
    this.reachable = reachable;
    this.random = random;
  }

  /**
   * Looks a destination up.
   *
   * @return the servers to try, best first; empty when there are none
   * @throws IOException when no name server answers in time
   */
  List<Target> locate(Destination destination, Deadline deadline) throws IOException {
    Name name = absolute(destination.host());
    Set<Target> targets = new LinkedHashSet<>();
    boolean domain = destination.port().isEmpty() && destination.host().indexOf('.') >= 0;
    for (Service service : domain ? services(name, destination, deadline) : List.<Service>of()) {
      for (SRVRecord server : ordered(srv(service.name(), deadline))) {
        addHost(server.getTarget(), service.transport(), server.getPort(), targets, deadline);
      }
    }
    if (targets.isEmpty()) {
      Transport transport = transportOf(destination);
      int port = destination.port().orElse(transport.defaultPort());
      addHost(name, transport, port, targets, deadline);
    }
    return targets.stream().limit(MOST_TARGETS).toList();
  }

  private static Name absolute(String host) throws IOException {
    try {
      return Name.fromString(host, Name.root);
    } catch (TextParseException e) {
      throw new IOException(host + " is no host name", e);
    }
  }

  /** Section 4.1 where nothing but the URI says which. */
  private Transport transportOf(Destination destination) {
    if (destination.secure()) {
      return destination.secureTransport();
    }
    return destination
        .transport()
        .orElseGet(
            () ->
                reachable.transports().contains(Transport.UDP)
                    ? Transport.UDP
                    : reachable.transports().get(0));
  }

  /** The names to ask for SRV records: those NAPTR records lead to, or else the well-known ones. */
  private List<Service> services(Name domain, Destination destination, Deadline deadline)
      throws IOException {
    List<Transport> wanted = wanted(destination);
    List<Service> services = new ArrayList<>();
    if (destination.transport().isEmpty()) {
      records.of(domain, Type.NAPTR, NAPTRRecord.class, deadline).stream()
          .filter(record -> record.getFlags().equalsIgnoreCase("s"))
          .sorted(
              Comparator.comparingInt(NAPTRRecord::getOrder)
                  .thenComparingInt(NAPTRRecord::getPreference))
          .forEach(
              record ->
                  service(record.getService())
                      .filter(wanted::contains)
                      .map(transport -> new Service(transport, record.getReplacement()))
                      .ifPresent(services::add));
    }
    if (services.isEmpty()) {
      for (Transport transport : wanted) {
        services.add(new Service(transport, Name.concatenate(prefix(transport), domain)));
      }
    }
    return services;
  }

  private List<Transport> wanted(Destination destination) {
    return reachable.transports().stream()
        .filter(transport -> !destination.secure() || transport.isSecure())
        .filter(
            transport ->
                destination.transport().map(transport::equals).orElse(true)
                    || destination.secure() && transport == destination.secureTransport())
        .toList();
  }

  private static Optional<Transport> service(String service) {
    return switch (service.toUpperCase(java.util.Locale.ROOT)) {
      case "SIP+D2U" -> Optional.of(Transport.UDP);
      case "SIP+D2T" -> Optional.of(Transport.TCP);
      case "SIPS+D2T" -> Optional.of(Transport.TLS);
      case "SIP+D2W" -> Optional.of(Transport.WS);
      case "SIPS+D2W" -> Optional.of(Transport.WSS);
      default -> Optional.empty();
    };
  }

  private static Name prefix(Transport transport) throws IOException {
    return Name.fromString(
        switch (transport) {
          case UDP -> "_sip._udp";
          case TCP -> "_sip._tcp";
          case TLS -> "_sips._tcp";
          case WS -> "_sip._ws";
          case WSS -> "_sips._ws";
        });
  }

  private List<SRVRecord> srv(Name name, Deadline deadline) throws IOException {
    return records.of(name, Type.SRV, SRVRecord.class, deadline).stream()
        .filter(record -> !record.getTarget().equals(Name.root))
        .toList();
  }

  /** By priority, within it at random by weight (RFC 2782). */
  private List<SRVRecord> ordered(List<SRVRecord> servers) {
    TreeMap<Integer, List<SRVRecord>> priorities = new TreeMap<>();
    for (SRVRecord server : servers) {
      priorities.computeIfAbsent(server.getPriority(), p -> new ArrayList<>()).add(server);
    }
    List<SRVRecord> ordered = new ArrayList<>();
    for (List<SRVRecord> alike : priorities.values()) {
      while (!alike.isEmpty()) {
        ordered.add(alike.remove(drawn(alike)));
      }
    }
    return ordered;
  }

  private int drawn(List<SRVRecord> alike) {
    alike.sort(Comparator.comparingInt(SRVRecord::getWeight));
    int sum = alike.stream().mapToInt(SRVRecord::getWeight).sum();
    int drawn = random.nextInt(sum + 1);
    int running = 0;
    for (int i = 0; i < alike.size(); i++) {
      running += alike.get(i).getWeight();
      if (running >= drawn) {
        return i;
      }
    }
    return 0;
  }

  private void addHost(
      Name host, Transport transport, int port, Set<Target> targets, Deadline deadline)
      throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    String label = host.toString(true);
    if (label.indexOf('.') < 0) {
      addresses.addAll(reachable.ofTheSystem(label));
    }
    if (addresses.isEmpty()) {
      addresses.addAll(ofTheDns(host, deadline));
    }
    if (addresses.isEmpty()) {
      addresses.addAll(reachable.ofTheSystem(label));
    }
    addresses.stream()
        .filter(address -> reachable.reaches(transport, address))
        .map(address -> new Target(transport, new InetSocketAddress(plain(address), port)))
        .forEach(targets::add);
  }

  private List<InetAddress> ofTheDns(Name host, Deadline deadline) throws IOException {
    List<InetAddress> addresses = new ArrayList<>();
    records.of(host, Type.AAAA, AAAARecord.class, deadline).stream()
        .map(AAAARecord::getAddress)
        .forEach(addresses::add);
    records.of(host, Type.A, ARecord.class, deadline).stream()
        .map(ARecord::getAddress)
        .forEach(addresses::add);
    return addresses;
  }

  /** Without the host name the record came with. */
  private static InetAddress plain(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }
}
