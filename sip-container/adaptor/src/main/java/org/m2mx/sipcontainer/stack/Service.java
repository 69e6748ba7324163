package org.m2mx.sipcontainer.stack;

import java.util.ArrayList;
import java.util.List;
import javax.sip.SipStack;
import org.mobicents.ha.javax.sip.ReplicationStrategy;
import org.mobicents.servlet.sip.SipConnector;
import org.mobicents.servlet.sip.core.SipApplicationDispatcher;
import org.mobicents.servlet.sip.core.SipService;
import org.mobicents.servlet.sip.core.message.OutboundProxy;

/** What the core asks of the server it runs in. */
final class Service implements SipService {
  private static final int DISPATCHER_THREADS = 8;

  private final List<SipConnector> connectors = new ArrayList<>();
  private final SipStack stack;
  private SipApplicationDispatcher dispatcher;

  Service(SipStack stack) {
    this.stack = stack;
  }

  void add(SipConnector connector) {
    connectors.add(connector);
  }

  @Override
  public SipApplicationDispatcher getSipApplicationDispatcher() {
    return dispatcher;
  }

  @Override
  public void setSipApplicationDispatcher(SipApplicationDispatcher newDispatcher) {
    dispatcher = newDispatcher;
  }

  @Override
  public SipStack getSipStack() {
    return stack;
  }

  @Override
  public SipConnector findSipConnector(String transport) {
    return connectors.stream()
        .filter(connector -> connector.getTransport().equalsIgnoreCase(transport))
        .findFirst()
        .orElse(null);
  }

  @Override
  public SipConnector[] findSipConnectors() {
    return connectors.toArray(SipConnector[]::new);
  }

  @Override
  public boolean isHttpFollowsSip() {
    return false;
  }

  @Override
  public String getJvmRoute() {
    return null;
  }

  @Override
  public OutboundProxy getOutboundProxy() {
    return null;
  }

  @Override
  public int getDispatcherThreadPoolSize() {
    return DISPATCHER_THREADS;
  }

  @Override
  public int getCanceledTimerTasksPurgePeriod() {
    return 0;
  }

  @Override
  public boolean isDialogPendingRequestChecking() {
    return false;
  }

  @Override
  public boolean isMd5ContactUserPart() {
    return false;
  }

  @Override
  public ReplicationStrategy getReplicationStrategy() {
    return ReplicationStrategy.ConfirmedDialog;
  }

  @Override
  public int getTagHashMaxLength() {
    return -1;
  }

  @Override
  public int getCallIdMaxLength() {
    return -1;
  }

  @Override
  public String getDnsResolverClass() {
    return null;
  }

  @Override
  public int getDnsTimeout() {
    return 0;
  }

  @Override
  public String getMobicentsSipServletMessageFactoryClassName() {
    return ContainerMessageFactory.class.getName();
  }

  @Override
  public void setMobicentsSipServletMessageFactoryClassName(String name) {
    throw new UnsupportedOperationException("the message factory is fixed");
  }

  @Override
  public void stopGracefully(long millis) {
    throw new UnsupportedOperationException("undeploy the application instead");
  }

  @Override
  public String getProxyTimerServiceImplementationType() {
    return null;
  }

  @Override
  public String getSasTimerServiceImplementationType() {
    return null;
  }
}
