package org.m2mx.sip.relay;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.m2mx.registry.binding.Binding;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * The devices of a callee that can be reached now, in the order in which they are to be tried (RFC
 * 3261 section 16.6): those of the highest q together, then those of the next.
 *
 * <p>A device that keeps several flows is tried down one of them only (RFC 5626 section 5.3): the
 * one it refreshed last.
 */
final class Devices {
  private static final int HIGHEST_Q = 1000;

  /**
   * One of them.
   *
   * @param contact as the device gave it
   * @param flow the connection it registered over
   * @param path the proxies on the way, the nearest to us first, each as a URI in angle brackets
   */
  record Device(String contact, Flow flow, List<String> path) {}

  private Devices() {}

  /**
   * Those that can be reached.
   *
   * @param bindings the preferred first
   * @return groups of devices to try together; empty when there is none
   */
  static List<List<Device>> reachable(List<Binding> bindings) {
    Map<String, Binding> byInstance = new LinkedHashMap<>();
    for (Binding binding : bindings) {
      if (Flow.parse(binding.flow()).isOpen()) {
        String device = binding.instanceId() == null ? binding.contact() : binding.instanceId();
        byInstance.putIfAbsent(device, binding);
      }
    }
    Map<Integer, List<Device>> byPreference = new LinkedHashMap<>();
    for (Binding binding : byInstance.values()) {
      int q = binding.q() == null ? HIGHEST_Q : binding.q();
      byPreference
          .computeIfAbsent(q, none -> new ArrayList<>())
          .add(new Device(binding.contact(), Flow.parse(binding.flow()), binding.path()));
    }
    return List.copyOf(byPreference.values());
  }
}
