package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.EventScanner;
import gov.nist.javax.sip.EventWrapper;
import gov.nist.javax.sip.ListeningPointExt;
import gov.nist.javax.sip.message.SIPRequest;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.sip.IOExceptionEvent;
import javax.sip.InvalidArgumentException;
import javax.sip.ListeningPoint;
import javax.sip.ObjectInUseException;
import javax.sip.PeerUnavailableException;
import javax.sip.SipException;
import javax.sip.SipProvider;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.ClientAuthentication;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.ListenAddress;
import org.m2mx.sipcontainer.config.LocalAddresses;
import org.m2mx.sipcontainer.config.LocalAddresses.Binding;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.digest.Nonces;
import org.m2mx.sipcontainer.dns.Lookups;
import org.m2mx.sipcontainer.dns.Target;
import org.m2mx.sipcontainer.flow.FlowTable;
import org.m2mx.sipcontainer.metrics.SipMeters;
import org.m2mx.sipcontainer.overload.Admission;
import org.m2mx.sipcontainer.overload.LossControl;
import org.m2mx.sipcontainer.overload.NonceBudget;
import org.m2mx.sipcontainer.overload.Processors;
import org.m2mx.sipcontainer.overload.Workers;
import org.m2mx.sipcontainer.security.DigestTerms;
import org.m2mx.sipcontainer.timer.StackTimer;
import org.m2mx.sipcontainer.timer.Timers;
import org.m2mx.sipcontainer.tls.RenewableTls;
import org.m2mx.sipcontainer.transport.TransactionStack;
import org.m2mx.sipcontainer.transport.TransportLayer;
import org.mobicents.servlet.sip.SipConnector;
import org.mobicents.servlet.sip.core.ExtendedListeningPoint;
import org.mobicents.servlet.sip.core.MobicentsExtendedListeningPoint;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.startup.StaticServiceHolder;

/**
 * The running container: one SIP stack with its listeners, shared by all SIP applications of an
 * enterprise application. It starts with the first and stops with the last of them.
 */
public final class SipContainer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(SipContainer.class.getName());
  private static final String ROUTER_PROPERTY =
      "javax.servlet.sip.ar.spi.SipApplicationRouterProvider";
  private static final int TIMER_THREADS = 2;

  private final SipSettings settings;
  private final Clock clock;
  private final Workers workers;

  /** Apart from messages: what has waited for a thread once does not wait behind others again. */
  private final Workers goingOn;

  private final Admission admission;
  private final Timers timers;
  private final RenewableTls tls;
  private final TransactionStack stack;
  private final Lookups lookups;
  private final TransportLayer transport;
  private final ListenerProviders listeners = new ListenerProviders();
  private final List<MobicentsExtendedListeningPoint> listeningPoints = new ArrayList<>();
  private final Service service;
  private final Dispatcher dispatcher;
  private final OutboundRouting routing;
  private final ApplicationChain chain = new ApplicationChain();
  private final Routers routers;
  private final FlowTable flows;
  private final DigestTerms digest;
  private final SipMeters meters;
  private boolean inService;
  private boolean closed;

  /**
   * Prepares the stack; nothing listens yet.
   *
   * @param settings what is configured
   * @param clock the time
   * @param events gets a {@link org.m2mx.sipcontainer.flow.FlowClosed} for each connection that
   *     closes and a {@link org.m2mx.sipcontainer.tls.HandshakeFailed} for each that does not get
   *     so far
   * @param meters tell what it does; closed with this
   * @throws InvalidSettingException when TLS is wanted and its files cannot be used
   * @throws IOException when the system gives no selector
   */
  public SipContainer(SipSettings settings, Clock clock, Consumer<Object> events, SipMeters meters)
      throws IOException {
    this.settings = settings;
    this.clock = clock;
    this.meters = meters;
    this.digest =
        new DigestTerms(settings.digestAlgorithms(), new Nonces(clock, settings.nonceLifetime()));
    // What may refuse its settings comes before what has threads.
    this.routers = Routers.of(settings, chain);
    this.tls = wantsTls(settings) ? new RenewableTls(settings.tls(), clock) : null;
    ClassLoader classLoader = SipContainer.class.getClassLoader();
    int processors = Runtime.getRuntime().availableProcessors();
    // One more than there are processors, for a lock or a page that is briefly not there.
    this.workers = newWorkers("sip-worker", processors + 1, settings, classLoader);
    this.goingOn = newWorkers("sip-going-on", (processors + 1) / 2, settings, classLoader);
    this.timers = new Timers(TIMER_THREADS, classLoader);
    this.stack = newStack();
    this.admission = new Admission(workers, settings.queueDelay());
    this.lookups =
        new Lookups(
            settings.dnsServers(),
            settings.dnsTimeout(),
            listeners::transports,
            listeners::reach,
            clock,
            classLoader);
    this.transport =
        new TransportLayer(
            stack,
            settings,
            () -> tls.engines(),
            workers,
            admission,
            new ApplicationClaims(this::dispatcher, new NonceBudget(System::nanoTime)),
            routers.challenger(),
            new LossControl(workers, settings.queueDelay(), clock),
            lookups,
            this::leave,
            meters,
            events);
    stack.setMessageProcessorFactory(transport);
    if (tls != null) {
      timers.repeat(settings.tls().reloadInterval(), tls::refresh);
    }
    this.service = new Service(stack);
    StaticServiceHolder.sipStandardService = service;
    this.dispatcher = newDispatcher();
    stackTimer().runRoundsIn(this::round);
    this.routing = new OutboundRouting(listeners, dispatcher.ownRoutes());
    this.flows = new Flows(transport);
    FlowTable.install(flows);
    offerGauges();
  }

  private void offerGauges() {
    Gauges gauges = new Gauges(meters);
    gauges.of(transport, settings);
    gauges.of(stack);
    gauges.of(this::applications);
    gauges.of(workers, timers);
    if (tls != null) {
      gauges.of(tls);
    }
  }

  private static Workers newWorkers(
      String name, int few, SipSettings settings, ClassLoader classLoader) {
    int most = settings.workers();
    return new Workers(
        name, Math.min(few, most), most, classLoader, System::nanoTime, new Processors()::load);
  }

  /** What the timers' thread does each time it is awake. */
  private void round(Runnable timers) {
    try {
      workers.replaceWaiting();
      goingOn.replaceWaiting();
    } finally {
      dispatcher.whatEndsTogether(timers);
    }
  }

  private Binding leave(SIPRequest request, Target target) throws SipException {
    return routing.leave(request, target);
  }

  private static boolean wantsTls(SipSettings settings) {
    return settings.listen().stream().anyMatch(address -> address.transport().isSecure());
  }

  private static TransactionStack newStack() {
    Properties properties = new Properties();
    properties.setProperty("javax.sip.STACK_NAME", "sip-container");
    properties.setProperty(
        "gov.nist.javax.sip.TLS_SECURITY_POLICY",
        "gov.nist.javax.sip.stack.DefaultTlsSecurityPolicy");
    properties.setProperty("javax.sip.AUTOMATIC_DIALOG_SUPPORT", "off");
    properties.setProperty("gov.nist.javax.sip.AUTOMATIC_DIALOG_ERROR_HANDLING", "false");
    properties.setProperty("gov.nist.javax.sip.DELIVER_UNSOLICITED_NOTIFY", "true");
    properties.setProperty("gov.nist.javax.sip.LOOSE_DIALOG_VALIDATION", "true");
    properties.setProperty("gov.nist.javax.sip.REENTRANT_LISTENER", "true");
    // As long as further 2xx to an INVITE may come (RFC 3261 section 13.2.2.4).
    properties.setProperty("gov.nist.javax.sip.MAX_FORK_TIME_SECONDS", "32");
    properties.setProperty(
        "gov.nist.javax.sip.THREAD_PRIORITY", Integer.toString(Thread.NORM_PRIORITY));
    properties.setProperty("gov.nist.javax.sip.TIMER_CLASS_NAME", StackTimer.class.getName());
    properties.setProperty("gov.nist.javax.sip.STACK_LOGGER", StackLog.class.getName());
    properties.setProperty("gov.nist.javax.sip.SERVER_LOGGER", NoMessageLog.class.getName());
    properties.setProperty(
        "gov.nist.javax.sip.SECURITY_MANAGER_PROVIDER", UnusedSecurityManager.class.getName());
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(SipContainer.class.getClassLoader());
    try {
      return new TransactionStack(properties);
    } catch (PeerUnavailableException e) {
      throw new IllegalStateException("the SIP stack does not start: " + e.getMessage(), e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private Dispatcher newDispatcher() {
    Dispatcher fresh = new Dispatcher(routers.serves());
    service.setSipApplicationDispatcher(fresh);
    fresh.setSipService(service);
    fresh.setSipStack(stack);
    fresh.setDomain("org.m2mx.sipcontainer");
    fresh.setGatherStatistics(false);
    fresh.setBypassRequestExecutor(true);
    fresh.setBypassResponseExecutor(true);
    fresh.setConcurrencyControlMode(
        org.mobicents.servlet.sip.annotation.ConcurrencyControlMode.SipApplicationSession);
    ((SipFactoryImpl) fresh.getSipFactory()).initialize("gov.nist", false);
    String routerBefore = System.getProperty(ROUTER_PROPERTY);
    RouterProvider.supply(new RouteTaker(routers.router(), fresh::isRouteExternal));
    System.setProperty(ROUTER_PROPERTY, RouterProvider.class.getName());
    // The core registers with the first MBean server it finds, so there must be one.
    ManagementFactory.getPlatformMBeanServer();
    try {
      fresh.init();
    } finally {
      if (routerBefore == null) {
        System.clearProperty(ROUTER_PROPERTY);
      } else {
        System.setProperty(ROUTER_PROPERTY, routerBefore);
      }
    }
    settings.domains().forEach(fresh::addHostName);
    fresh.start();
    return fresh;
  }

  /**
   * Adds an application; the first one opens the listeners.
   *
   * @throws InvalidSettingException when a listener cannot be opened
   */
  public synchronized void add(SipContext application) {
    chain.add(application);
    dispatcher.addSipApplication(application.getApplicationName(), application);
    if (!inService) {
      listen();
      dispatcher.putInService();
      inService = true;
    }
    application
        .getServletContext()
        .setAttribute(
            javax.servlet.sip.SipServlet.OUTBOUND_INTERFACES, dispatcher.getOutboundInterfaces());
  }

  /** Takes an application out of service; its sessions end. */
  public synchronized void remove(SipContext application) {
    chain.remove(application);
    if (inService) {
      dispatcher.removeSipApplication(application.getApplicationName());
    }
  }

  private void listen() {
    for (Binding binding : bindings()) {
      ListenAddress shown =
          new ListenAddress(
              binding.transport(), AddressText.plain(binding.address()), binding.port());
      try {
        open(binding);
        LOG.log(Level.INFO, "Listening on {0}", shown);
      } catch (InvalidArgumentException e) {
        throw new InvalidSettingException(
            SipSettings.LISTEN,
            shown,
            "cannot listen there, %s; free the port or choose another with %s or %s, on an address of this machine"
                .formatted(reason(e), SipSettings.LISTEN, SipSettings.PORT_OFFSET),
            e);
      } catch (SipException | java.util.TooManyListenersException e) {
        throw new IllegalStateException("the SIP stack refuses the listener " + shown, e);
      }
    }
  }

  private static String reason(Throwable e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  private List<Binding> bindings() {
    try {
      List<InetAddress> local = LocalAddresses.ofThisMachine();
      if (Boolean.getBoolean("java.net.preferIPv4Stack")
          && settings.listen().stream().anyMatch(ListenAddress::isAnyAddress)) {
        LOG.log(
            Level.WARNING,
            "No IPv6: this server runs with -Djava.net.preferIPv4Stack=true, start it with false");
      }
      return LocalAddresses.expand(settings.listen(), local);
    } catch (SocketException e) {
      throw new IllegalStateException("the system does not list its addresses", e);
    }
  }

  private void open(Binding binding)
      throws SipException, InvalidArgumentException, java.util.TooManyListenersException {
    String address = binding.address().getHostAddress();
    ListeningPoint point =
        stack.createListeningPoint(address, binding.port(), binding.transport().parameter());
    SipProvider provider = stack.createSipProvider(point);
    provider.addSipListener(dispatcher);
    listeners.add(binding, provider);
    SipConnector connector = new SipConnector();
    connector.setTransport(binding.transport().name());
    connector.setIpAddress(address);
    connector.setPort(binding.port());
    service.add(connector);
    ExtendedListeningPoint extended =
        new ExtendedListeningPoint(
            new RoutingProvider(provider, stack, listeners, routing),
            (ListeningPointExt) point,
            connector);
    dispatcher.addHostName(AddressText.inHeader(binding.address()) + ":" + binding.port());
    dispatcher.getSipNetworkInterfaceManager().addExtendedListeningPoint(extended);
    listeningPoints.add(extended);
  }

  /** The applications that are in service. */
  public Iterator<SipContext> applications() {
    return dispatcher.findSipApplications();
  }

  /** The core's dispatcher. */
  public org.mobicents.servlet.sip.core.SipApplicationDispatcher dispatcher() {
    return dispatcher;
  }

  /** Has an application go on with what it began, soon; nothing does once the container stops. */
  public void goOn(Runnable task) {
    try {
      goingOn.execute(() -> dispatcher.around(task));
    } catch (RejectedExecutionException e) {
      LOG.log(Level.DEBUG, "An application does not go on, the container is stopping");
    }
  }

  /** The threads all timers run on. */
  public Timers timers() {
    return timers;
  }

  /** The timers of the SIP stack. */
  public StackTimer stackTimer() {
    return (StackTimer) stack.getTimer();
  }

  /** The time. */
  public Clock clock() {
    return clock;
  }

  /** Whether peers are asked for a certificate when they connect. */
  public boolean asksForCertificates() {
    return wantsTls(settings) && settings.tls().clientAuthentication() != ClientAuthentication.NONE;
  }

  /** What challenges are made of. */
  public DigestTerms digest() {
    return digest;
  }

  /**
   * Lets applications finish what they are at, and begins nothing more: whoever connects is
   * refused, who is connected answered 503.
   *
   * @param deadline of {@link System#nanoTime}; no longer than that
   */
  public void drain(long deadline) {
    admission.close();
    transport.stopAccepting();
    workers.drain(deadline);
    goingOn.drain(deadline);
  }

  /**
   * Closes listeners and connections and ends all threads. What fails in that is logged, and the
   * rest done all the same; once more it does nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    FlowTable.install(null);
    listeningPoints.forEach(
        point ->
            Closing.step(
                "A listening point",
                () ->
                    dispatcher
                        .getSipNetworkInterfaceManager()
                        .removeExtendedListeningPoint(point)));
    listeners.all().forEach(provider -> Closing.step("A listener", () -> close(provider)));
    Closing.step("The transport layer", transport::close);
    Closing.step("Looking up names", lookups::close);
    Closing.step("The timers", timers::stop);
    Closing.step("The workers", workers::close);
    Closing.step("What applications go on with", goingOn::close);
    Closing.step("Connections", transport::closeSockets);
    EventScanner events = stack.getEventScanner();
    Closing.step("The dispatcher", dispatcher::stop);
    Closing.step("The stack's event thread", () -> end(events));
    StaticServiceHolder.sipStandardService = null;
    Closing.step("Meters", meters::close);
    LOG.log(Level.INFO, "SIP container stopped");
  }

  private void close(SipProvider provider) throws ObjectInUseException {
    provider.removeSipListener(dispatcher);
    for (ListeningPoint point : provider.getListeningPoints()) {
      stack.deleteListeningPoint(point);
    }
  }

  /** The stack leaves its event thread waiting for an event, so it gets one. */
  private void end(EventScanner events) {
    events.addEvent(new EventWrapper(new IOExceptionEvent(this, "", 0, ""), null));
  }
}
