package org.m2mx.ua.firewall.igd;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.xml.MalformedXmlException;
import org.m2mx.ua.xml.SafeXml;

/** The envelopes of UPnP actions (UPnP Device Architecture 1.1 section 3.2). */
final class Soap {
  private static final int OK = 200;

  private Soap() {}

  /**
   * Wraps an action. Arguments are numbers and addresses, which need no escaping.
   *
   * @param service the service's type
   * @param action its name
   * @param arguments in the order that the service gives
   */
  static byte[] request(String service, String action, Map<String, String> arguments) {
    StringBuilder text =
        new StringBuilder()
            .append("<?xml version=\"1.0\"?>\r\n")
            .append("<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"")
            .append(" s:encodingStyle=\"http://schemas.xmlsoap.org/soap/encoding/\"><s:Body>")
            .append("<u:" + action + " xmlns:u=\"" + service + "\">");
    arguments.forEach((name, value) -> text.append("<" + name + ">" + value + "</" + name + ">"));
    text.append("</u:" + action + "></s:Body></s:Envelope>\r\n");
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads the answer to an action.
   *
   * @return its results by name
   * @throws SoapFault if the gateway has refused
   * @throws FirewallException if it is neither a result nor a refusal
   */
  static Map<String, String> response(String action, GatewayHttp.Reply reply)
      throws SoapFault, FirewallException {
    Map<String, String> results = new HashMap<>();
    try {
      SafeXml.read(reply.body(), name -> {}, results::put);
    } catch (MalformedXmlException e) {
      throw new FirewallException(e.getMessage(), e);
    }
    if (reply.status() == OK && results.containsKey(action + "Response")) {
      return results;
    }
    String code = results.getOrDefault("errorCode", "");
    if (code.matches("\\d{3}")) {
      throw new SoapFault(
          Integer.parseInt(code), results.getOrDefault("errorDescription", "without a reason"));
    }
    throw new FirewallException(action + " answered with HTTP status " + reply.status());
  }
}
