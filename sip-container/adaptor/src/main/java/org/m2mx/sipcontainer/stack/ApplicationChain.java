package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.message.SIPRequest;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.SipApplicationRouterInfo;
import javax.servlet.sip.ar.SipApplicationRoutingDirective;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipApplicationRoutingRegionType;
import javax.servlet.sip.ar.SipRouteModifier;
import javax.servlet.sip.ar.SipTargetedRequestInfo;
import org.m2mx.sipcontainer.application.SipApplication;
import org.m2mx.sipcontainer.security.Challenge;
import org.m2mx.sipcontainer.security.UnauthenticatedRequest;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/**
 * Chooses the application for a request that begins something (JSR 289 section 15): the first, in
 * order of their names, that has a servlet for it; one that is stopping only where there is no
 * other. What an application sends out itself goes to the network.
 */
final class ApplicationChain implements SipApplicationRouter {
  private final List<SipContext> applications = new CopyOnWriteArrayList<>();

  void add(SipContext application) {
    applications.add(application);
    applications.sort(Comparator.comparing(SipContext::getApplicationName));
  }

  void remove(SipContext application) {
    applications.remove(application);
  }

  /** Whether an application is there at all: it answers what none has a servlet for. */
  boolean serves(String method) {
    return !applications.isEmpty();
  }

  /** Has the application challenge a stranger, where there is but one. */
  Optional<Challenge> challenge(UnauthenticatedRequest request) {
    List<SipContext> all = List.copyOf(applications);
    return all.size() == 1 && all.get(0) instanceof SipApplication only
        ? only.challenge(request)
        : Optional.empty();
  }

  @Override
  public SipApplicationRouterInfo getNextApplication(
      SipServletRequest request,
      SipApplicationRoutingRegion region,
      SipApplicationRoutingDirective directive,
      SipTargetedRequestInfo targeted,
      java.io.Serializable state) {
    if (targeted != null) {
      return to(targeted.getApplicationName());
    }
    if (directive != SipApplicationRoutingDirective.NEW || !isFromNetwork(request)) {
      return to(null);
    }
    return to(
        first(request, false)
            .or(() -> first(request, true))
            .map(SipContext::getApplicationName)
            .orElseGet(this::whoeverAnswers));
  }

  private Optional<SipContext> first(SipServletRequest request, boolean stopping) {
    return applications.stream()
        .filter(application -> application.isStoppingGracefully() == stopping)
        .filter(application -> handles(application, request))
        .findFirst();
  }

  /**
   * A request that no servlet is mapped to must not go on to wherever its Request-URI says, which
   * would make this server an open relay. An application without a servlet for it answers 404.
   */
  private String whoeverAnswers() {
    return applications.stream()
        .findFirst()
        .map(SipContext::getApplicationName)
        .orElseThrow(() -> new IllegalStateException("the last application has just gone"));
  }

  private static boolean handles(SipContext application, SipServletRequest request) {
    return application.isMainServlet() || application.findSipServletMappings(request) != null;
  }

  private static boolean isFromNetwork(SipServletRequest request) {
    SIPRequest message = (SIPRequest) ((SipServletRequestImpl) request).getMessage();
    return message.getMessageChannel() != null;
  }

  private static SipApplicationRouterInfo to(String application) {
    return new SipApplicationRouterInfo(
        application,
        new SipApplicationRoutingRegion("", SipApplicationRoutingRegionType.NEUTRAL),
        null,
        new String[0],
        SipRouteModifier.NO_ROUTE,
        null);
  }

  @Override
  public void init() {
    // Applications come with add.
  }

  @Override
  public void init(Properties properties) {
    // There are none.
  }

  @Override
  public void destroy() {
    applications.clear();
  }

  @Override
  public void applicationDeployed(List<String> names) {
    // Applications come with add.
  }

  @Override
  public void applicationUndeployed(List<String> names) {
    // Applications go with remove.
  }
}
