package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.message.SIPRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ServletConnection;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.cert.X509Certificate;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.servlet.sip.AuthInfo;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.TooManyHopsException;
import javax.sip.Dialog;
import javax.sip.SipException;
import javax.sip.Transaction;
import javax.sip.header.ContactHeader;
import javax.sip.header.Header;
import javax.sip.header.MaxForwardsHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.flow.Flow;
import org.m2mx.sipcontainer.flow.FlowRoute;
import org.m2mx.sipcontainer.security.ChallengeAnswers;
import org.m2mx.sipcontainer.security.KnownPasswords;
import org.m2mx.sipcontainer.transport.Connection;
import org.mobicents.servlet.sip.address.SipURIImpl;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;
import org.mobicents.servlet.sip.message.SipServletResponseImpl;

/** The core's request, completed with what newer Servlet API versions ask for. */
final class ContainerRequest extends SipServletRequestImpl {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(ContainerRequest.class.getName());

  /** Name of the attribute with the peer's certificates (Jakarta Servlet section 3.9). */
  static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  ContainerRequest(
      Request request,
      SipFactoryImpl factory,
      MobicentsSipSession session,
      Transaction transaction,
      Dialog dialog,
      boolean createDialog) {
    super(request, factory, session, transaction, dialog, createDialog);
  }

  /**
   * A flow is no part of a dialog's route set, which applications must leave alone: it only says
   * down which connection the next hop is reached, in the middle of a dialog too.
   */
  @Override
  public void pushRoute(SipURI uri) {
    if (isInitial() || getSipSession().getProxy() != null || !FlowRoute.isFlowHost(uri.getHost())) {
      super.pushRoute(uri);
      return;
    }
    try {
      getMessage()
          .addFirst(
              SipFactoryImpl.headerFactory.createRouteHeader(
                  SipFactoryImpl.addressFactory.createAddress(((SipURIImpl) uri).getSipURI())));
    } catch (SipException e) {
      throw new IllegalArgumentException("a flow's route fits a header", e);
    }
  }

  /**
   * The core makes one that counts as received when nobody answers, and has the application see it
   * at once. Of a proxied request it is the answer of one branch; the best of all is told later.
   * Its Contact is the first listener of the transport, of whatever family, at its address in full.
   */
  @Override
  public SipServletResponse createResponse(
      int status, String reason, boolean validate, boolean received) {
    SipServletResponse response = super.createResponse(status, reason, validate, received);
    if (!received) {
      nameContact(((SipServletResponseImpl) response).getMessage().getHeader(ContactHeader.NAME));
    }
    if (received && getTransactionApplicationData().getProxyBranch() != null) {
      ((SipServletResponseImpl) response)
          .setProxyBranch(getTransactionApplicationData().getProxyBranch());
    }
    return response;
  }

  /** Where it is itself the Contact, the peer reaches this server as it has done already. */
  private void nameContact(Header header) {
    if (header instanceof ContactHeader contact
        && contact.getAddress().getURI() instanceof javax.sip.address.SipURI uri) {
      Flow.find(this).ifPresent(flow -> name(flow, uri));
    }
  }

  private static void name(Flow flow, javax.sip.address.SipURI uri) {
    try {
      uri.setHost(
          AddressText.literal(flow.localAddress()).map(AddressText::inHeader).orElseThrow());
      uri.setPort(flow.localPort());
    } catch (ParseException e) {
      throw new IllegalStateException("an address is a host", e);
    }
  }

  /**
   * {@inheritDoc}
   *
   * @throws TooManyHopsException before anything is answered: the application may do that itself
   */
  @Override
  public Proxy getProxy(boolean create) throws TooManyHopsException {
    if (getMessage().getHeader(MaxForwardsHeader.NAME) instanceof MaxForwardsHeader hops
        && hops.getMaxForwards() == 0) {
      throw new TooManyHopsException();
    }
    Proxy proxy = super.getProxy(false);
    boolean over = isInitial() && proxy != null && proxy.getOriginalRequest() == null;
    if (create && (proxy == null || over)) {
      getSipSession().setProxy(new ContainerProxy(this, sipFactoryImpl));
    }
    return getSipSession().getProxy();
  }

  @Override
  public void addAuthHeader(SipServletResponse challenge, AuthInfo passwords) {
    checkReadOnly();
    new ChallengeAnswers(this, challenge, (KnownPasswords) passwords).add();
  }

  @Override
  public void addAuthHeader(SipServletResponse challenge, String username, String password) {
    addAuthHeader(challenge, KnownPasswords.only(username, password));
  }

  @Override
  public void addAuthHeader(SipServletResponse challenge, AuthInfo passwords, boolean keep) {
    if (keep) {
      throw noPasswordsKept();
    }
    addAuthHeader(challenge, passwords);
  }

  @Override
  public void addAuthHeader(
      SipServletResponse challenge, String username, String password, boolean keep) {
    if (keep) {
      throw noPasswordsKept();
    }
    addAuthHeader(challenge, username, password);
  }

  private static UnsupportedOperationException noPasswordsKept() {
    return new UnsupportedOperationException(
        "a session keeps no passwords: answer each challenge when it comes");
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    Map<String, String[]> parameters = new LinkedHashMap<>();
    for (String name : Collections.list(getParameterNames())) {
      parameters.put(name, getParameterValues(name));
    }
    return Collections.unmodifiableMap(parameters);
  }

  /**
   * An attribute; {@value #CERTIFICATES} is the chain the peer proved itself with, leaf first, as
   * {@code X509Certificate[]}, null when there is none.
   */
  @Override
  public Object getAttribute(String name) {
    return name.equals(CERTIFICATES) ? peerCertificates() : super.getAttribute(name);
  }

  private X509Certificate[] peerCertificates() {
    if (!(((SIPRequest) getMessage()).getMessageChannel() instanceof Connection connection)
        || connection.session() == null) {
      return null;
    }
    try {
      return Arrays.stream(connection.session().getPeerCertificates())
          .map(X509Certificate.class::cast)
          .toArray(X509Certificate[]::new);
    } catch (SSLPeerUnverifiedException e) {
      LOG.log(Level.TRACE, "The peer has no certificate", e);
      return null;
    }
  }

  @Override
  public DispatcherType getDispatcherType() {
    return DispatcherType.REQUEST;
  }

  @Override
  public boolean isAsyncSupported() {
    return false;
  }

  @Override
  public boolean isAsyncStarted() {
    return false;
  }

  @Override
  public AsyncContext getAsyncContext() {
    throw noAsync();
  }

  @Override
  public AsyncContext startAsync() {
    throw noAsync();
  }

  @Override
  public AsyncContext startAsync(ServletRequest request, ServletResponse response) {
    throw noAsync();
  }

  private static IllegalStateException noAsync() {
    return new IllegalStateException("a SIP request may be answered at any time, from any thread");
  }

  @Override
  public ServletContext getServletContext() {
    return getSipSession().getServletContext();
  }

  @Override
  public long getContentLengthLong() {
    return getContentLength();
  }

  @Override
  public String getRequestId() {
    ViaHeader via = (ViaHeader) getMessage().getHeader(ViaHeader.NAME);
    return via == null ? getCallId() : via.getBranch();
  }

  /** By the connection it came over, whatever its text says. */
  @Override
  public boolean isSecure() {
    return Flow.find(this).map(flow -> flow.transport().isSecure()).orElseGet(super::isSecure);
  }

  /** SIP has no request id below its transactions. */
  @Override
  public String getProtocolRequestId() {
    return "";
  }

  @Override
  public ServletConnection getServletConnection() {
    Flow flow = Flow.of(this);
    return new SipConnection(flow);
  }

  private record SipConnection(Flow flow) implements ServletConnection {
    @Override
    public String getConnectionId() {
      return flow.token();
    }

    @Override
    public String getProtocol() {
      return "SIP/2.0";
    }

    @Override
    public String getProtocolConnectionId() {
      return "";
    }

    @Override
    public boolean isSecure() {
      return flow.transport().isSecure();
    }
  }
}
