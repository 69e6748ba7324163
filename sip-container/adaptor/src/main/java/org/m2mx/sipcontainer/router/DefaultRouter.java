package org.m2mx.sipcontainer.router;

import gov.nist.javax.sip.message.SIPRequest;
import java.io.IOException;
import java.io.Serializable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipSession;
import javax.servlet.sip.ar.SipApplicationRouter;
import javax.servlet.sip.ar.SipApplicationRouterInfo;
import javax.servlet.sip.ar.SipApplicationRoutingDirective;
import javax.servlet.sip.ar.SipApplicationRoutingRegion;
import javax.servlet.sip.ar.SipRouteModifier;
import javax.servlet.sip.ar.SipTargetedRequestInfo;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.SipSettings;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/**
 * The default application router of JSR 289 appendix C: applications serve a request one after the
 * other, in the order of a file. Those that are not deployed are passed over. What an application
 * begins by itself goes on behind its own place in the list.
 */
public final class DefaultRouter implements SipApplicationRouter {
  private static final Logger LOG = System.getLogger(DefaultRouter.class.getName());

  private final Path file;
  private final Set<String> deployed = ConcurrentHashMap.newKeySet();
  private volatile Map<String, List<RouterEntry>> methods;

  /**
   * Reads the file.
   *
   * @throws InvalidSettingException when it cannot be read or is wrong
   */
  public DefaultRouter(Path file) {
    this.file = file;
    try {
      this.methods = RouterFile.read(file);
    } catch (IOException e) {
      throw new InvalidSettingException(
          SipSettings.APPLICATION_ROUTER_FILE, file, "cannot be read: " + e, e);
    } catch (RouterFileException e) {
      throw new InvalidSettingException(
          SipSettings.APPLICATION_ROUTER_FILE, file, e.getMessage(), e);
    }
  }

  /**
   * Whether any application that is deployed serves a method. What comes from the network and is
   * served by none must not go on to wherever its Request-URI says.
   */
  public boolean serves(String method) {
    return entries(method).stream().anyMatch(entry -> deployed.contains(entry.application()));
  }

  private List<RouterEntry> entries(String method) {
    Map<String, List<RouterEntry>> current = methods;
    return current.getOrDefault(method, current.getOrDefault(RouterFile.ALL, List.of()));
  }

  @Override
  public SipApplicationRouterInfo getNextApplication(
      SipServletRequest request,
      SipApplicationRoutingRegion region,
      SipApplicationRoutingDirective directive,
      SipTargetedRequestInfo targeted,
      Serializable state) {
    if (targeted != null) {
      return new SipApplicationRouterInfo(
          targeted.getApplicationName(),
          SipApplicationRoutingRegion.NEUTRAL_REGION,
          null,
          new String[0],
          SipRouteModifier.NO_ROUTE,
          null);
    }
    List<RouterEntry> entries = entries(request.getMethod());
    for (int i = first(request, directive, state, entries); i < entries.size(); i++) {
      if (deployed.contains(entries.get(i).application())) {
        return info(entries.get(i), request, i);
      }
    }
    return new SipApplicationRouterInfo(
        null, null, null, new String[0], SipRouteModifier.NO_ROUTE, null);
  }

  private static int first(
      SipServletRequest request,
      SipApplicationRoutingDirective directive,
      Serializable state,
      List<RouterEntry> entries) {
    if (directive != SipApplicationRoutingDirective.NEW && state instanceof Integer last) {
      return last + 1;
    }
    SipSession session = isFromNetwork(request) ? null : request.getSession(false);
    if (session == null) {
      return 0;
    }
    String own = session.getApplicationSession().getApplicationName();
    for (int i = entries.size() - 1; i >= 0; i--) {
      if (entries.get(i).application().equals(own)) {
        return i + 1;
      }
    }
    return entries.size();
  }

  private static boolean isFromNetwork(SipServletRequest request) {
    return message(request).getMessageChannel() != null;
  }

  /** Before an application has it, a request tells its headers only like this. */
  private static SIPRequest message(SipServletRequest request) {
    return (SIPRequest) ((SipServletRequestImpl) request).getMessage();
  }

  private static SipApplicationRouterInfo info(
      RouterEntry entry, SipServletRequest request, int position) {
    return new SipApplicationRouterInfo(
        entry.application(),
        entry.region(),
        entry.subscriberOf(message(request)).orElse(null),
        new String[] {entry.route()},
        entry.modifier(),
        position);
  }

  @Override
  public void init() {
    // Read when it was made.
  }

  @Override
  public void init(Properties properties) {
    // The file has all there is to know.
  }

  @Override
  public void destroy() {
    deployed.clear();
  }

  @Override
  public void applicationDeployed(List<String> names) {
    deployed.addAll(names);
    readAgain();
  }

  @Override
  public void applicationUndeployed(List<String> names) {
    deployed.removeAll(names);
    readAgain();
  }

  private void readAgain() {
    try {
      methods = RouterFile.read(file);
    } catch (IOException | RouterFileException e) {
      LOG.log(
          Level.WARNING,
          "The application router goes on with what {0} held before: {1}",
          file,
          e.getMessage());
    }
  }
}
