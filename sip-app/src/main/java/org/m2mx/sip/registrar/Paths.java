package org.m2mx.sip.registrar;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import javax.servlet.sip.Address;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipURI;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.edge.EdgeProxies;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * The proxies between a device and us (RFC 3327). A Path is taken from the operator's own proxies
 * only: anybody else could have us send requests to wherever it pleases.
 */
@Singleton
public class Paths {
  private static final int FIRST_HOP_LACKS_OUTBOUND_SUPPORT = 439;

  private final EdgeProxies edgeProxies;

  /**
   * @param edgeProxies whose Path is taken
   */
  @Inject
  public Paths(EdgeProxies edgeProxies) {
    this.edgeProxies = edgeProxies;
  }

  /**
   * The proxies that a REGISTER came through, the nearest to us first, each as a URI in angle
   * brackets.
   *
   * @throws ServletParseException if the header is malformed
   * @throws IllegalArgumentException if one of them is no loose-routing SIP URI
   */
  static List<String> of(SipServletRequest request) throws ServletParseException {
    List<String> path = new ArrayList<>();
    for (Iterator<Address> proxies = request.getAddressHeaders("Path"); proxies.hasNext(); ) {
      if (!(proxies.next().getURI() instanceof SipURI uri) || !uri.getLrParam()) {
        throw new IllegalArgumentException("a Path holds sip: URIs with ;lr (RFC 3327)");
      }
      path.add("<" + uri + ">");
    }
    return path;
  }

  /**
   * Answers a REGISTER whose way here does not allow what it wants.
   *
   * @return whether it was answered
   * @throws IOException if the answer cannot be sent
   * @throws ServletParseException if a header is malformed
   */
  boolean refuse(SipServletRequest request) throws IOException, ServletParseException {
    Set<String> supported = Answers.optionTags(request, "Supported");
    List<String> path = of(request);
    if (!path.isEmpty() && !edgeProxies.opened(Flow.of(request))) {
      Answers.refuse(
          request, SipServletResponse.SC_FORBIDDEN, "a Path is not taken from here: leave it out");
      return true;
    }
    if (!path.isEmpty() && !supported.contains("path")) {
      SipServletResponse response =
          Answers.refusal(
              request,
              SipServletResponse.SC_EXTENSION_REQUIRED,
              "a proxy has added a Path: the device must support it");
      response.setHeader("Require", "path");
      response.send();
      return true;
    }
    if (wantsOutbound(request, supported) && viaProxy(request) && !firstHopKeepsFlow(path)) {
      // RFC 5626 section 6: the flow that the device means ends at that proxy.
      request
          .createResponse(FIRST_HOP_LACKS_OUTBOUND_SUPPORT, "First Hop Lacks Outbound Support")
          .send();
      return true;
    }
    return false;
  }

  private static boolean wantsOutbound(SipServletRequest request, Set<String> supported)
      throws ServletParseException {
    boolean flows = false;
    for (Iterator<Address> all = request.getAddressHeaders("Contact"); all.hasNext(); ) {
      Address contact = all.next();
      flows |=
          !contact.isWildcard()
              && contact.getParameter("reg-id") != null
              && contact.getParameter("+sip.instance") != null;
    }
    return flows && supported.contains("outbound");
  }

  private static boolean viaProxy(SipServletRequest request) {
    Iterator<String> vias = request.getHeaders("Via");
    vias.next();
    return vias.hasNext();
  }

  /** The lowest Path is that of the proxy next to the device. */
  private static boolean firstHopKeepsFlow(List<String> path) {
    return !path.isEmpty() && path.get(path.size() - 1).matches("(?i).*;ob(=[^;>]*)?[;>].*");
  }
}
