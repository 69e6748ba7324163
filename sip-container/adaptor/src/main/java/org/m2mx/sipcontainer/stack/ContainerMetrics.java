package org.m2mx.sipcontainer.stack;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.util.Iterator;
import java.util.function.ToIntFunction;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.m2mx.sipcontainer.metrics.SipContainerMXBean;
import org.m2mx.sipcontainer.metrics.Traffic;
import org.m2mx.sipcontainer.overload.Admission;
import org.m2mx.sipcontainer.overload.Admission.Kind;
import org.m2mx.sipcontainer.overload.Workers;
import org.m2mx.sipcontainer.timer.Timers;
import org.m2mx.sipcontainer.tls.RenewableTls;
import org.m2mx.sipcontainer.transport.TransactionStack;
import org.m2mx.sipcontainer.transport.TransportLayer;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.SipManager;

/** The container's figures, as an MXBean in the platform's MBean server. */
final class ContainerMetrics implements SipContainerMXBean, AutoCloseable {
  private static final Logger LOG = System.getLogger(ContainerMetrics.class.getName());

  private final SipContainer container;
  private final TransactionStack stack;
  private final TransportLayer transport;
  private final Workers workers;
  private final Admission admission;
  private final Timers timers;
  private final RenewableTls tls;
  private final Traffic traffic;
  private final ObjectName name;

  /**
   * Publishes the figures.
   *
   * @param tls null when there is none
   * @param listen what tells this container from others in the same server
   */
  ContainerMetrics(
      SipContainer container,
      TransactionStack stack,
      TransportLayer transport,
      Workers workers,
      Admission admission,
      Timers timers,
      RenewableTls tls,
      Traffic traffic,
      String listen) {
    this.container = container;
    this.stack = stack;
    this.transport = transport;
    this.workers = workers;
    this.admission = admission;
    this.timers = timers;
    this.tls = tls;
    this.traffic = traffic;
    this.name = publish(listen);
  }

  private ObjectName publish(String listen) {
    try {
      ObjectName own =
          new ObjectName(
              "org.m2mx.sipcontainer:type=SipContainer,listen=" + ObjectName.quote(listen));
      server().registerMBean(this, own);
      return own;
    } catch (JMException e) {
      LOG.log(Level.WARNING, "Figures are not to be had over JMX: {0}", e.getMessage());
      return null;
    }
  }

  private static MBeanServer server() {
    return ManagementFactory.getPlatformMBeanServer();
  }

  @Override
  public void close() {
    try {
      if (name != null) {
        server().unregisterMBean(name);
      }
    } catch (JMException e) {
      LOG.log(Level.WARNING, "The MBean did not go: {0}", e.getMessage());
    }
  }

  @Override
  public long getTotalRequestsIn() {
    return traffic.requestsIn().sum();
  }

  @Override
  public long getTotalResponsesIn() {
    return traffic.responsesIn().sum();
  }

  @Override
  public long getTotalMessagesOut() {
    return traffic.messagesOut().sum();
  }

  @Override
  public long getTotalMalformed() {
    return traffic.malformed().sum();
  }

  @Override
  public long getTotalChallenged() {
    return traffic.challenged().sum();
  }

  @Override
  public long getTotalForeignResponses() {
    return traffic.foreign().sum();
  }

  @Override
  public long getTotalDropped() {
    return traffic.dropped().sum();
  }

  @Override
  public long getTotalShed() {
    return admission.refused();
  }

  @Override
  public long getTotalConnectionsRefused() {
    return traffic.connectionsRefused().sum();
  }

  @Override
  public long getTotalHandshakes() {
    return traffic.handshakes().sum();
  }

  @Override
  public long getTotalHandshakesFailed() {
    return traffic.handshakesFailed().sum();
  }

  @Override
  public int getConnections() {
    return transport.openConnections();
  }

  @Override
  public long getPartialMessageBytes() {
    return transport.partialMessageBytes();
  }

  @Override
  public int getServerTransactions() {
    return stack.getServerTransactionTableSize();
  }

  @Override
  public int getCompletedTransactions() {
    return stack.completedTransactions();
  }

  @Override
  public int getClientTransactions() {
    return stack.getClientTransactionTableSize();
  }

  @Override
  public int getSipSessions() {
    return sum(SipManager::getActiveSipSessions);
  }

  @Override
  public int getApplicationSessions() {
    return sum(SipManager::getActiveSipApplicationSessions);
  }

  private int sum(ToIntFunction<SipManager> figure) {
    int sum = 0;
    for (Iterator<SipContext> all = container.applications(); all.hasNext(); ) {
      sum += figure.applyAsInt(all.next().getSipManager());
    }
    return sum;
  }

  @Override
  public int getQueueLength() {
    return workers.waiting();
  }

  @Override
  public long getQueueDelayMillis() {
    return workers.delay(Kind.NEW).toMillis();
  }

  @Override
  public int getTimers() {
    return timers.waiting();
  }

  @Override
  public double getProcessingMedianMillis() {
    return traffic.processing().quantile(0.5);
  }

  @Override
  public double getProcessing99Millis() {
    return traffic.processing().quantile(0.99);
  }

  @Override
  public String getCertificateExpiry() {
    return tls == null ? "" : tls.expiry().toString();
  }
}
