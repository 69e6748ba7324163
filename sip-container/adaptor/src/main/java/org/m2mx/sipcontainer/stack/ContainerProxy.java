package org.m2mx.sipcontainer.stack;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import javax.servlet.sip.ProxyBranch;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.URI;
import javax.sip.header.RouteHeader;
import org.mobicents.servlet.sip.JainSipUtils;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.address.SipURIImpl;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.proxy.ProxyBranchImpl;
import org.mobicents.servlet.sip.proxy.ProxyImpl;

/** The core's proxy, with branches that are cancelled as RFC 3261 says. */
final class ContainerProxy extends ProxyImpl {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(ContainerProxy.class.getName());

  private final ContainerRequest request;

  ContainerProxy(ContainerRequest request, SipFactoryImpl factory) {
    super(request, factory);
    this.request = request;
  }

  @Override
  public List<ProxyBranch> createProxyBranches(List<? extends URI> targets) {
    targets.forEach(
        target -> {
          if (!JainSipUtils.checkScheme(target.toString())) {
            throw new IllegalArgumentException("cannot proxy to " + target);
          }
        });
    return targets.stream().<ProxyBranch>map(this::add).toList();
  }

  /** A branch takes the proxy's Path over, and has to have one of its own for its parameters. */
  private ContainerProxyBranch add(URI target) {
    SipURIImpl path = pathURI;
    if (path != null) {
      pathURI = (SipURIImpl) path.clone();
    }
    ContainerProxyBranch branch = new ContainerProxyBranch(target, this);
    pathURI = path;
    branch.setRecordRoute(getRecordRoute());
    branch.setRecurse(getRecurse());
    getProxyBranchesMap().put(target, branch);
    return branch;
  }

  @Override
  public void proxyTo(List<? extends URI> targets) {
    createProxyBranches(targets);
    startProxy();
  }

  /** A Route may lead to where a Request-URI that is none of SIP's is understood. */
  @Override
  public void proxyTo(URI target) {
    if (JainSipUtils.checkScheme(target.toString()) || hasRoute()) {
      add(target);
      startProxy();
    } else {
      throw new IllegalArgumentException("cannot proxy to " + target + " without a Route");
    }
  }

  /** The core hands out a URI that takes no parameters, which is what it is for. */
  @Override
  public void setAddToPath(boolean add) {
    super.setAddToPath(add);
    pathURI.setIsModifiable(ModifiableRule.ProxyRecordRouteNotModifiable);
  }

  private boolean hasRoute() {
    return request.getMessage().getHeader(RouteHeader.NAME) instanceof RouteHeader route
        && JainSipUtils.checkScheme(route.getAddress().getURI().toString());
  }

  /** What has been answered for good needs no CANCEL, and shall not keep the others from theirs. */
  @Override
  public void cancelAllExcept(
      ProxyBranch except, String[] protocols, int[] causes, String[] texts, boolean strict) {
    for (ProxyBranchImpl branch : List.copyOf(getProxyBranchesMap().values())) {
      if (branch == except) {
        continue;
      }
      if (isAnswered(branch)) {
        branch.cancelTimer();
        branch.onBranchTerminated();
        continue;
      }
      try {
        branch.cancel(protocols, causes, texts);
      } catch (IllegalStateException e) {
        if (strict) {
          throw e;
        }
        LOG.log(Level.DEBUG, "{0} is not cancelled: {1}", branch.getTargetURI(), e.getMessage());
      }
    }
  }

  private static boolean isAnswered(ProxyBranch branch) {
    SipServletResponse response = branch.getResponse();
    return response != null && response.getStatus() >= SipServletResponse.SC_OK;
  }
}
