package org.m2mx.ua.firewall.igd;

import java.net.InetAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.xml.MalformedXmlException;
import org.m2mx.ua.xml.SafeXml;

/** Finds a service in a device's description (UPnP Device Architecture 1.1 section 2.3). */
final class DeviceDescription {
  private DeviceDescription() {}

  /**
   * Finds where to control a service.
   *
   * @param document the description
   * @param service the service's type
   * @param gateway whose description it is
   * @param path where it was
   * @return the path to post to, or empty if the device has no such service
   * @throws FirewallException if it is not a description, or points to another host
   */
  static Optional<String> controlPath(
      byte[] document, String service, InetAddress gateway, String path) throws FirewallException {
    Map<String, String> current = new HashMap<>();
    Map<String, String> controls = new HashMap<>();
    try {
      SafeXml.read(
          document,
          name -> {
            if (name.equals("service")) {
              current.clear();
            }
          },
          (name, text) -> {
            current.put(name, text);
            if (name.equals("service") && current.containsKey("controlURL")) {
              controls.putIfAbsent(
                  current.getOrDefault("serviceType", ""), current.get("controlURL"));
            }
          });
    } catch (MalformedXmlException e) {
      throw new FirewallException(e.getMessage(), e);
    }
    String url = controls.get(service);
    return url == null ? Optional.empty() : Optional.of(resolve(url, gateway, path));
  }

  private static String resolve(String url, InetAddress gateway, String path)
      throws FirewallException {
    try {
      URI uri = URI.create(path).resolve(url);
      if (uri.getHost() != null && !SsdpResponse.isHost(uri.getHost(), gateway)) {
        throw new FirewallException("control URL " + url + " is not the gateway's");
      }
      String query = uri.getRawQuery();
      String absolute =
          uri.getRawPath().startsWith("/") ? uri.getRawPath() : "/" + uri.getRawPath();
      return query == null ? absolute : absolute + "?" + query;
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new FirewallException("control URL " + url + " is not a URL", e);
    }
  }
}
