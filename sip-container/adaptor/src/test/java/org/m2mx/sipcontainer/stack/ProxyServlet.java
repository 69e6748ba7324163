package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.ProxyBranch;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.URI;

/** Proxies as the request's headers tell it to. */
public class ProxyServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  static final Queue<String> SEEN = new ConcurrentLinkedQueue<>();

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    SEEN.add("request " + request.getMethod());
    if (!request.isInitial() || request.getMethod().equals("CANCEL")) {
      return;
    }
    Proxy proxy = request.getProxy();
    String options = request.getHeader("X-Options");
    proxy.setSupervised(true);
    proxy.setParallel(options.contains("parallel"));
    proxy.setRecurse(options.contains("recurse"));
    proxy.setRecordRoute(options.contains("record-route"));
    proxy.setAddToPath(options.contains("path"));
    SipFactory factory = (SipFactory) getServletContext().getAttribute(SIP_FACTORY);
    List<URI> targets = new ArrayList<>();
    for (String target : request.getHeader("X-Targets").split(" ")) {
      targets.add(factory.createURI(target));
    }
    if (options.contains("impatient")) {
      List<ProxyBranch> branches = proxy.createProxyBranches(targets);
      branches.get(0).setProxyBranchTimeout(1);
      proxy.startProxy();
    } else if (options.contains("path-parameters")) {
      startWithPathParameters(proxy, targets);
    } else {
      proxy.proxyTo(targets);
    }
  }

  private static void startWithPathParameters(Proxy proxy, List<URI> targets) {
    proxy.getPathURI().setParameter("ob", "");
    int number = 0;
    for (ProxyBranch branch : proxy.createProxyBranches(targets)) {
      branch.getPathURI().setParameter("branch-no", Integer.toString(number++));
    }
    proxy.startProxy();
  }

  @Override
  protected void doResponse(SipServletResponse response) throws ServletException, IOException {
    SEEN.add("best response " + response.getStatus());
    if (response.getRequest() != null) {
      response.setHeader("X-Asked-By", response.getRequest().getFrom().toString());
    }
    response.removeHeader("X-Device");
  }

  @Override
  protected void doBranchResponse(SipServletResponse response)
      throws ServletException, IOException {
    SEEN.add("branch response " + response.getStatus());
  }
}
