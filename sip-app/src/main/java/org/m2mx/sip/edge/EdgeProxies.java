package org.m2mx.sip.edge;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.servlet.sip.SipServletRequest;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.guard.AddressBlock;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Knows the operator's own proxies by their addresses. Their connections carry the requests of many
 * subscribers, and what they write into Via and Path is true.
 */
@Singleton
public class EdgeProxies {
  /** RFC 3261 section 18.2.1; sent-by is where it has no received. */
  private static final Pattern RECEIVED = Pattern.compile(";\\s*received\\s*=\\s*([^;,\\s]+)");

  private static final Pattern SENT_BY = Pattern.compile("^\\S+\\s+(\\[[^\\]]+\\]|[^:;,\\s]+)");

  private final List<AddressBlock> proxies;

  /**
   * @param proxies blocks of their addresses, from {@code m2mx.edge-proxies}
   * @throws IllegalArgumentException if one is no block of addresses
   */
  @Inject
  public EdgeProxies(@ConfigProperty(name = "m2mx.edge-proxies") Optional<List<String>> proxies) {
    this.proxies = proxies.orElse(List.of()).stream().map(EdgeProxies::block).toList();
  }

  private static AddressBlock block(String text) {
    try {
      return AddressBlock.parse(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("m2mx.edge-proxies: " + e.getMessage(), e);
    }
  }

  /** Whether a flow comes from one of them. */
  public boolean opened(Flow flow) {
    return !proxies.isEmpty()
        && proxies.stream()
            .anyMatch(block -> block.contains(AddressBlock.parse(flow.remoteAddress())));
  }

  /**
   * The address that a subscriber sent a request from: the peer's, or what an edge proxy of ours
   * has seen.
   *
   * @return an address literal
   */
  public String source(SipServletRequest request) {
    Flow flow = Flow.of(request);
    return opened(flow) ? seenByProxy(request).orElse(flow.remoteAddress()) : flow.remoteAddress();
  }

  /** The second Via is the one that the proxy found on top, and has completed. */
  private static Optional<String> seenByProxy(SipServletRequest request) {
    Iterator<String> vias = request.getHeaders("Via");
    vias.next();
    if (!vias.hasNext()) {
      return Optional.empty();
    }
    String via = vias.next();
    return first(RECEIVED, via)
        .or(() -> first(SENT_BY, via))
        .flatMap(AddressText::literal)
        .map(AddressText::plain);
  }

  private static Optional<String> first(Pattern pattern, String via) {
    Matcher matcher = pattern.matcher(via);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }
}
