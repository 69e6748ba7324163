package org.m2mx.sip.relay;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.registry.Aor;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.ServerName;
import org.m2mx.sip.authentication.Identity;
import org.m2mx.sip.event.EventPackage;
import org.m2mx.sip.registrar.Acceptance;

/**
 * What the server can do, told to subscribers who ask it, not somebody else (RFC 3261 section 11).
 */
@Singleton
public class Capabilities {
  private static final String METHODS =
      "INVITE, ACK, BYE, CANCEL, MESSAGE, OPTIONS, REGISTER, SUBSCRIBE";

  private final ServerName serverName;
  private final String events;
  private final Set<String> extensions;

  /**
   * @param serverName what the server calls itself
   * @param packages what can be subscribed to
   */
  @Inject
  public Capabilities(ServerName serverName, Instance<EventPackage> packages) {
    this.serverName = serverName;
    this.events =
        packages.stream().map(EventPackage::name).sorted().collect(Collectors.joining(", "));
    this.extensions =
        Stream.concat(Acceptance.EXTENSIONS.stream(), Stream.of(SessionTimers.OPTION_TAG))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether a request is for the server of the sender's own domain. */
  static boolean wanted(SipServletRequest request, Aor sender) {
    return "OPTIONS".equals(request.getMethod())
        && Identity.isServerOf(request.getRequestURI(), sender.domain());
  }

  /**
   * Tells them, to who requires nothing else.
   *
   * @throws IOException if the answer cannot be sent
   */
  void tell(SipServletRequest options) throws IOException {
    if (Answers.refusesExtensions(options, "Require", extensions)) {
      return;
    }
    SipServletResponse response = options.createResponse(SipServletResponse.SC_OK);
    response.setHeader("Allow", METHODS);
    response.setHeader("Allow-Events", events);
    response.setHeader("Accept", "*/*");
    response.setHeader("Supported", String.join(", ", extensions));
    response.setHeader("Server", serverName.toString());
    response.send();
  }

  /**
   * Answers a request of a method that begins nothing here.
   *
   * @throws IOException if the answer cannot be sent
   */
  static void refuseMethod(SipServletRequest request) throws IOException {
    SipServletResponse response = request.createResponse(SipServletResponse.SC_METHOD_NOT_ALLOWED);
    response.setHeader("Allow", METHODS);
    response.send();
  }
}
