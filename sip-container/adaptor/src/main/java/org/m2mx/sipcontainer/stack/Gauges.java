package org.m2mx.sipcontainer.stack;

import java.util.Iterator;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.m2mx.sipcontainer.config.ListenAddress;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.metrics.SipFigure;
import org.m2mx.sipcontainer.metrics.SipMeters;
import org.m2mx.sipcontainer.overload.Admission.Kind;
import org.m2mx.sipcontainer.overload.Workers;
import org.m2mx.sipcontainer.timer.Timers;
import org.m2mx.sipcontainer.tls.RenewableTls;
import org.m2mx.sipcontainer.transport.TransactionStack;
import org.m2mx.sipcontainer.transport.TransportLayer;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.SipManager;

/** What the container tells of the moment. */
final class Gauges {
  private static final double NANOS_A_SECOND = 1e9;

  private final SipMeters meters;

  Gauges(SipMeters meters) {
    this.meters = meters;
  }

  void of(TransportLayer layer, SipSettings settings) {
    settings.listen().stream()
        .map(ListenAddress::transport)
        .filter(Transport::isStream)
        .distinct()
        .forEach(
            transport ->
                meters.gauge(
                    SipFigure.CONNECTIONS, () -> layer.openConnections(transport), transport));
    meters.gauge(SipFigure.PARTIAL, layer::partialMessageBytes);
  }

  void of(TransactionStack stack) {
    meters.gauge(SipFigure.TRANSACTIONS, stack::getServerTransactionTableSize, "server");
    meters.gauge(SipFigure.TRANSACTIONS, stack::getClientTransactionTableSize, "client");
    meters.gauge(SipFigure.TRANSACTIONS, stack::completedTransactions, "completed");
  }

  void of(Supplier<Iterator<SipContext>> applications) {
    meters.gauge(
        SipFigure.SESSIONS, () -> sum(applications.get(), SipManager::getActiveSipSessions), "sip");
    meters.gauge(
        SipFigure.SESSIONS,
        () -> sum(applications.get(), SipManager::getActiveSipApplicationSessions),
        "application");
  }

  private static int sum(Iterator<SipContext> applications, ToIntFunction<SipManager> figure) {
    int sum = 0;
    while (applications.hasNext()) {
      sum += figure.applyAsInt(applications.next().getSipManager());
    }
    return sum;
  }

  void of(Workers workers, Timers timers) {
    meters.gauge(SipFigure.QUEUE_LENGTH, workers::waiting);
    for (Kind kind : Kind.values()) {
      meters.gauge(
          SipFigure.QUEUE_DELAY,
          () -> workers.delay(kind).toNanos() / NANOS_A_SECOND,
          kind.name().toLowerCase(Locale.ROOT));
    }
    meters.gauge(SipFigure.THREADS, workers::alive);
    meters.gauge(SipFigure.TIMERS, timers::waiting);
  }

  void of(RenewableTls tls) {
    meters.gauge(SipFigure.CERTIFICATE_EXPIRY, () -> tls.expiry().getEpochSecond());
  }
}
