package org.m2mx.sipcontainer.stack;

import java.net.InetAddress;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sip.SipProvider;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.config.Transport;

/** The listeners of this server and the stack's provider of each. */
final class ListenerProviders {
  private final Map<Binding, SipProvider> providers = new LinkedHashMap<>();

  void add(Binding binding, SipProvider provider) {
    providers.put(binding, provider);
  }

  SipProvider provider(Binding binding) {
    return providers.get(binding);
  }

  Collection<SipProvider> all() {
    return providers.values();
  }

  /** The listener at exactly this address. */
  Optional<Binding> at(Transport transport, InetAddress address, int port) {
    Binding binding = new Binding(transport, address, port);
    return providers.containsKey(binding) ? Optional.of(binding) : Optional.empty();
  }

  /**
   * The listener to reach a target from: same transport and family, on the loopback interface only
   * for what is there too.
   *
   * @param preferred taken when it serves as well as any other
   */
  Optional<Binding> towards(Transport transport, InetAddress target, Optional<Binding> preferred) {
    return Optional.<Binding>empty()
        .or(() -> preferred.filter(binding -> reaches(binding, transport, target)))
        .or(() -> first(binding -> reaches(binding, transport, target)))
        .or(() -> first(binding -> matches(binding, transport, target)));
  }

  /** The transports there are listeners of, the safest first. */
  List<Transport> transports() {
    return providers.keySet().stream()
        .map(Binding::transport)
        .distinct()
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  /** Whether there is a listener of a transport in an address's family. */
  boolean reach(Transport transport, InetAddress target) {
    return first(binding -> matches(binding, transport, target)).isPresent();
  }

  /** Any listener at all. */
  Optional<Binding> any() {
    return first(binding -> true);
  }

  /** The first listener of a transport. */
  Optional<Binding> first(Transport transport) {
    return first(binding -> binding.transport() == transport);
  }

  private Optional<Binding> first(java.util.function.Predicate<Binding> condition) {
    return providers.keySet().stream().filter(condition).findFirst();
  }

  private static boolean reaches(Binding binding, Transport transport, InetAddress target) {
    return matches(binding, transport, target)
        && binding.address().isLoopbackAddress() == target.isLoopbackAddress();
  }

  private static boolean matches(Binding binding, Transport transport, InetAddress target) {
    return binding.transport() == transport && binding.address().getClass() == target.getClass();
  }
}
