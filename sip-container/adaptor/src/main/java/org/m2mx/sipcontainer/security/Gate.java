package org.m2mx.sipcontainer.security;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSession;
import javax.sip.header.ProxyAuthenticateHeader;
import javax.sip.header.ReasonHeader;
import javax.sip.header.RetryAfterHeader;
import javax.sip.header.WWWAuthenticateHeader;
import javax.sip.message.Request;
import org.m2mx.sipcontainer.descriptor.SecurityConstraint;
import org.m2mx.sipcontainer.descriptor.ServletDefinition;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.overload.RetryAfter;
import org.m2mx.sipcontainer.transport.RequestCheck;
import org.m2mx.sipcontainer.transport.SparseLog;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/**
 * Lets the requests that an application's security constraints permit through to its servlets, and
 * answers the others.
 */
public final class Gate {
  private static final SparseLog LOG = new SparseLog(System.getLogger(Gate.class.getName()));

  private final String application;
  private final List<SecurityConstraint> constraints;
  private final Optional<Identification> identification;

  private Gate(
      String application,
      List<SecurityConstraint> constraints,
      Optional<Identification> identification) {
    this.application = application;
    this.constraints = constraints;
    this.identification = identification;
  }

  /** The gate of an application that names no roles: constraints of transport alone. */
  public static Gate withoutUsers(String application, List<SecurityConstraint> constraints) {
    return new Gate(application, constraints, Optional.empty());
  }

  /**
   * The gate of an application that names roles, and asks callers for a password.
   *
   * @param realm of its login-config
   * @param digest what challenges are made of
   * @param users who may sign in
   */
  public static Gate withUsers(
      String application,
      List<SecurityConstraint> constraints,
      String realm,
      DigestTerms digest,
      SipCredentials users) {
    return new Gate(
        application,
        constraints,
        Optional.of(
            new ByDigest(new DigestVerifier(realm, digest.offered(), users, digest.nonces()))));
  }

  /**
   * The gate of an application that names roles, and knows callers by their certificates.
   *
   * @param users whose certificates are whose
   */
  public static Gate withCertificates(
      String application, List<SecurityConstraint> constraints, SipCertificates users) {
    return new Gate(application, constraints, Optional.of(new ByCertificate(users)));
  }

  /**
   * Whether a servlet may get a request. One that may not has been answered.
   *
   * @throws IOException when the answer cannot be sent
   */
  public boolean admits(SipServletRequestImpl request, ServletDefinition servlet)
      throws IOException {
    String method = request.getMethod();
    if (!RequestCheck.isAnswered(method)) {
      // RFC 3261 section 22.1: nor can it be sent again with credentials.
      return true;
    }
    List<SecurityConstraint> applying =
        constraints.stream().filter(c -> c.covers(servlet.name(), method)).toList();
    if (applying.isEmpty()) {
      return true;
    }
    if (applying.stream().anyMatch(SecurityConstraint::confidential) && !isConfidential(request)) {
      return refuse(request, "only over TLS");
    }
    if (applying.stream().anyMatch(SecurityConstraint::forNobody)) {
      return refuse(request, "nobody may");
    }
    if (applying.stream().anyMatch(c -> c.roles().isEmpty())) {
      return true;
    }
    return identified(request, servlet, applying);
  }

  /**
   * Has a request come again later, since the application stops. Not by 503, after which its sender
   * would leave the whole server alone (RFC 3261 section 21.5.4), other applications included.
   *
   * @return false: no servlet gets it
   * @throws IOException when the answer cannot be sent
   */
  public boolean putOff(SipServletRequestImpl request) throws IOException {
    if (!RequestCheck.isAnswered(request.getMethod())) {
      return false;
    }
    SipServletResponse answer =
        request.createResponse(SipServletResponse.SC_TEMPORARILY_UNAVAILABLE);
    answer.setHeader(RetryAfterHeader.NAME, Integer.toString(RetryAfter.seconds()));
    answer.setHeader(ReasonHeader.NAME, "SIP;cause=480;text=\"application is stopping\"");
    return end(request, answer, Level.INFO, "it is stopping");
  }

  private boolean identified(
      SipServletRequestImpl request, ServletDefinition servlet, List<SecurityConstraint> applying)
      throws IOException {
    boolean asProxy = applying.stream().anyMatch(SecurityConstraint::proxyAuthentication);
    Identification.Finding finding =
        identification
            .orElseThrow(() -> new IllegalStateException("roles are named and nobody has them"))
            .of(request, asProxy);
    if (finding instanceof Identification.Finding.Asked asked) {
      return challenge(request, asProxy, asked);
    } else if (finding instanceof Identification.Finding.Unknown unknown) {
      return refuse(request, unknown.reason());
    }
    SipUser user = ((Identification.Finding.Known) finding).user();
    Set<String> wanted =
        applying.stream()
            .flatMap(constraint -> constraint.roles().stream().flatMap(Set::stream))
            .collect(Collectors.toSet());
    if (wanted.stream().noneMatch(user.roles()::contains)) {
      return refuse(request, user.name() + " has none of the roles " + wanted);
    }
    request.setUserPrincipal(new ProvenUser(user.name(), user.roles(), servlet.roleLinks()));
    return true;
  }

  /** What the server sends itself, from one application to the next, goes over no network. */
  private static boolean isConfidential(SipServletRequestImpl request) {
    return Flow.find(request).map(flow -> flow.transport().isSecure()).orElse(true);
  }

  private boolean challenge(
      SipServletRequestImpl request, boolean asProxy, Identification.Finding.Asked asked)
      throws IOException {
    SipServletResponse answer =
        request.createResponse(
            asProxy
                ? SipServletResponse.SC_PROXY_AUTHENTICATION_REQUIRED
                : SipServletResponse.SC_UNAUTHORIZED);
    String header = asProxy ? ProxyAuthenticateHeader.NAME : WWWAuthenticateHeader.NAME;
    asked.challenges().forEach(value -> answer.addHeader(header, value));
    return end(request, answer, asked.level(), asked.reason());
  }

  private boolean refuse(SipServletRequestImpl request, String reason) throws IOException {
    return end(
        request, request.createResponse(SipServletResponse.SC_FORBIDDEN), Level.INFO, reason);
  }

  private boolean end(
      SipServletRequestImpl request, SipServletResponse answer, Level level, String reason)
      throws IOException {
    boolean beginsNothing = request.isInitial() && !Request.INVITE.equals(request.getMethod());
    SipApplicationSession session = request.getApplicationSession();
    LOG.log(
        level,
        "Call-ID %s: %s from %s:%d not let into %s: %s",
        request.getCallId(),
        request.getMethod(),
        request.getRemoteAddr(),
        request.getRemotePort(),
        application,
        reason);
    answer.send();
    if (beginsNothing && holdsOnly(session, request)) {
      session.invalidate();
    }
    return false;
  }

  /** A session that the request has only joined, by its key, belongs to others too. */
  private static boolean holdsOnly(SipApplicationSession session, SipServletRequestImpl request) {
    Iterator<?> sessions = session.getSessions();
    return sessions.hasNext()
        && request.getSession().getId().equals(idOf(sessions))
        && !sessions.hasNext()
        && session.getTimers().isEmpty()
        && !session.getAttributeNames().hasNext();
  }

  private static String idOf(Iterator<?> sessions) {
    return sessions.next() instanceof SipSession session ? session.getId() : "";
  }
}
