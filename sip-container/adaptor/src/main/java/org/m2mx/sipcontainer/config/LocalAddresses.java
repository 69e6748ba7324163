package org.m2mx.sipcontainer.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Turns what is configured into addresses one can put in a header. A Via or Record-Route names one
 * address, so a wildcard becomes one listener for each address of this machine.
 */
public final class LocalAddresses {
  private LocalAddresses() {}

  /**
   * An address and port to bind.
   *
   * @param transport the transport
   * @param address a real address of this machine, without scope
   * @param port 1 to 65535
   */
  public record Binding(Transport transport, InetAddress address, int port) {

    // Written out: the generated ones leave the class in a cache of the JDK that outlives undeploy.
    @Override
    public boolean equals(Object other) {
      return other instanceof Binding that
          && transport == that.transport
          && port == that.port
          && address.equals(that.address);
    }

    @Override
    public int hashCode() {
      return Objects.hash(transport, address, port);
    }
  }

  /**
   * Expands wildcards and host names.
   *
   * @param listen what is configured
   * @param local the addresses of this machine
   * @return without duplicates; IPv6 before IPv4 and loopback last, since the first of a transport
   *     is the one a new request leaves from when nothing else decides
   * @throws InvalidSettingException when a host name has no address, nothing is left to listen on,
   *     or two transports of streams share a port
   */
  public static List<Binding> expand(List<ListenAddress> listen, List<InetAddress> local) {
    Set<Binding> bindings = new LinkedHashSet<>();
    for (ListenAddress address : listen) {
      candidates(address, local).stream()
          .sorted(PREFERENCE)
          .map(candidate -> new Binding(address.transport(), candidate, address.port()))
          .forEach(bindings::add);
    }
    if (bindings.isEmpty()) {
      throw new InvalidSettingException(
          SipSettings.LISTEN, listen, "this machine has no such address, name one it has");
    }
    refuseSharedPorts(bindings);
    return List.copyOf(bindings);
  }

  private static void refuseSharedPorts(Set<Binding> bindings) {
    Map<InetSocketAddress, Transport> streams = new HashMap<>();
    for (Binding binding : bindings) {
      if (binding.transport().isStream()) {
        Transport other =
            streams.put(
                new InetSocketAddress(binding.address(), binding.port()), binding.transport());
        if (other != null) {
          throw new InvalidSettingException(
              SipSettings.LISTEN,
              new ListenAddress(
                  binding.transport(), AddressText.plain(binding.address()), binding.port()),
              "there is %s already, and only udp shares a port with others; choose another port"
                  .formatted(other.parameter()));
        }
      }
    }
  }

  /**
   * The addresses of this machine's interfaces that are up. Link-local IPv6 addresses are left out:
   * they mean nothing in a header without their zone.
   *
   * @throws SocketException when the system will not list them
   */
  public static List<InetAddress> ofThisMachine() throws SocketException {
    List<InetAddress> addresses = new ArrayList<>();
    for (NetworkInterface networkInterface : NetworkInterface.networkInterfaces().toList()) {
      if (networkInterface.isUp()) {
        networkInterface
            .inetAddresses()
            .filter(address -> !address.isLinkLocalAddress() && !address.isMulticastAddress())
            .map(LocalAddresses::withoutScope)
            .forEach(addresses::add);
      }
    }
    return addresses;
  }

  /** The same address without an IPv6 zone. */
  public static InetAddress withoutScope(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has 4 or 16 bytes", e);
    }
  }

  private static final Comparator<InetAddress> PREFERENCE =
      Comparator.comparing(InetAddress::isLoopbackAddress)
          .thenComparing(address -> address instanceof Inet4Address);

  private static List<InetAddress> candidates(ListenAddress address, List<InetAddress> local) {
    if (address.isAnyAddress()) {
      return local;
    }
    if (address.isAnyIpv4Address()) {
      return local.stream().filter(Inet4Address.class::isInstance).toList();
    }
    try {
      return java.util.Arrays.stream(InetAddress.getAllByName(address.host()))
          .map(resolved -> resolved instanceof Inet6Address ? withoutScope(resolved) : resolved)
          .toList();
    } catch (UnknownHostException e) {
      throw new InvalidSettingException(
          SipSettings.LISTEN, address, "the host name has no address, write an address instead", e);
    }
  }
}
