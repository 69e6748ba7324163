package org.m2mx.sip.relay;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.URI;
import org.m2mx.registry.binding.Binding;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * The devices of a callee that can be reached now, in the order in which they are to be tried (RFC
 * 3261 section 16.6): those of the highest q together, then those of the next.
 *
 * <p>A device that keeps several flows is tried down one of them at a time (RFC 5626 section 5.3):
 * the one it refreshed last, and when that has failed the one before.
 */
final class Devices {
  private static final int HIGHEST_Q = 1000;

  /**
   * One of them.
   *
   * @param contact as the device gave it
   * @param flow the connection it registered over
   * @param path the proxies on the way, the nearest to us first, each as a URI in angle brackets
   * @param otherwise the same device over the connection to try when this one fails; null when it
   *     keeps no other
   */
  record Device(String contact, Flow flow, List<String> path, Device otherwise) {
    private static Device over(List<Binding> flows) {
      Device otherwise = null;
      for (int i = flows.size() - 1; i >= 0; i--) {
        Binding binding = flows.get(i);
        otherwise =
            new Device(binding.contact(), Flow.parse(binding.flow()), binding.path(), otherwise);
      }
      return otherwise;
    }

    /** Short, for the log. */
    @Override
    public String toString() {
      return contact;
    }
  }

  private Devices() {}

  /**
   * A contact as it is stored, to be sent to.
   *
   * @throws IOException if it is no URI any more
   */
  static URI uri(SipFactory factory, String contact) throws IOException {
    try {
      return factory.createURI(contact);
    } catch (ServletParseException e) {
      throw new IOException("A stored contact is no URI any more", e);
    }
  }

  /**
   * Those that can be reached.
   *
   * @param bindings the preferred first
   * @return groups of devices to try together; empty when there is none
   */
  static List<List<Device>> reachable(List<Binding> bindings) {
    Map<String, List<Binding>> byInstance = new LinkedHashMap<>();
    for (Binding binding : bindings) {
      if (Flow.parse(binding.flow()).isOpen()) {
        String device = binding.device() == null ? binding.contact() : binding.device();
        byInstance.computeIfAbsent(device, none -> new ArrayList<>()).add(binding);
      }
    }
    Map<Integer, List<Device>> byPreference = new LinkedHashMap<>();
    for (List<Binding> flows : byInstance.values()) {
      Integer q = flows.get(0).q();
      byPreference
          .computeIfAbsent(q == null ? HIGHEST_Q : q, none -> new ArrayList<>())
          .add(Device.over(flows));
    }
    return List.copyOf(byPreference.values());
  }
}
