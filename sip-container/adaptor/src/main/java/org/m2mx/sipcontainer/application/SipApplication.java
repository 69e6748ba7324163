package org.m2mx.sipcontainer.application;

import jakarta.annotation.security.RunAs;
import jakarta.servlet.Servlet;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EventListener;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServletContextEvent;
import javax.servlet.sip.SipServletListener;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.TimerService;
import javax.servlet.sip.annotation.SipApplicationKey;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.m2mx.sipcontainer.descriptor.Security;
import org.m2mx.sipcontainer.descriptor.ServletDefinition;
import org.m2mx.sipcontainer.descriptor.SipDescriptor;
import org.m2mx.sipcontainer.http.HttpSessions;
import org.m2mx.sipcontainer.security.Challenge;
import org.m2mx.sipcontainer.security.Challenger;
import org.m2mx.sipcontainer.security.Gate;
import org.m2mx.sipcontainer.security.IssuedNonces;
import org.m2mx.sipcontainer.security.ServerSecurity;
import org.m2mx.sipcontainer.security.SipCertificates;
import org.m2mx.sipcontainer.security.SipCredentials;
import org.m2mx.sipcontainer.security.UnauthenticatedRequest;
import org.m2mx.sipcontainer.stack.Closing;
import org.m2mx.sipcontainer.stack.SessionLocks;
import org.m2mx.sipcontainer.stack.SipContainer;
import org.m2mx.sipcontainer.timer.ProxyTimers;
import org.m2mx.sipcontainer.timer.ServletTimers;
import org.m2mx.sipcontainer.timer.SessionExpiry;
import org.m2mx.sipcontainer.transport.SparseLog;
import org.mobicents.servlet.sip.annotation.ConcurrencyControlMode;
import org.mobicents.servlet.sip.core.MobicentsSipServlet;
import org.mobicents.servlet.sip.core.SipApplicationDispatcher;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.SipContextEvent;
import org.mobicents.servlet.sip.core.SipListeners;
import org.mobicents.servlet.sip.core.SipManager;
import org.mobicents.servlet.sip.core.descriptor.MobicentsSipServletMapping;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletRequest;
import org.mobicents.servlet.sip.core.message.MobicentsSipServletResponse;
import org.mobicents.servlet.sip.core.security.MobicentsSipLoginConfig;
import org.mobicents.servlet.sip.core.security.SipDigestAuthenticator;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.core.session.MobicentsSipSessionsUtil;
import org.mobicents.servlet.sip.core.session.SipSessionsUtilImpl;
import org.mobicents.servlet.sip.core.timers.ProxyTimerService;
import org.mobicents.servlet.sip.core.timers.SipApplicationSessionTimerService;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;
import org.mobicents.servlet.sip.ruby.SipRubyController;

/** A deployed SIP application, as the core sees it. */
public final class SipApplication implements SipContext {
  private static final Logger LOG = System.getLogger(SipApplication.class.getName());

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

  private final SparseLog sparse = new SparseLog(LOG);
  private final SipDescriptor descriptor;
  private final ServletContext servletContext;
  private final SipContainer container;
  private final ClassLoader classLoader;
  private final Beans beans;
  private final Invocation invocation;
  private final ServerSecurity serverSecurity;
  private final Listeners listeners;
  private final ApplicationSessions sessions;
  private final SipFactory factory;
  private final SipSessionsUtilImpl sessionsUtil;
  private final ServletTimers timerService;
  private final Pending pending = new Pending();
  private final GoingOn continuations;
  private final ProxyTimers proxyTimers;
  private final SessionExpiry sessionExpiry;
  private final Map<String, MobicentsSipServlet> servlets = new LinkedHashMap<>();
  private Gate gate;
  private IssuedNonces issuedNonces;
  private Challenger challenger;
  private Method keyMethod;
  private volatile boolean running = true;
  private volatile boolean retiring;

  /**
   * Prepares an application. Must be called in its own context.
   *
   * @param descriptor what is declared
   * @param servletContext the web application
   * @param httpSessions the web application's sessions that belong to application sessions
   * @param container the container it will run in
   */
  public SipApplication(
      SipDescriptor descriptor,
      ServletContext servletContext,
      HttpSessions httpSessions,
      SipContainer container) {
    this.descriptor = descriptor;
    this.servletContext = servletContext;
    this.container = container;
    this.classLoader = servletContext.getClassLoader();
    this.beans = new Beans();
    this.invocation = new Invocation(beans);
    this.serverSecurity = ServerSecurity.here();
    this.listeners = new Listeners(this, invocation);
    SipFactoryImpl coreFactory = (SipFactoryImpl) container.dispatcher().getSipFactory();
    this.sessions = new ApplicationSessions(this, coreFactory, httpSessions);
    httpSessions.open(this);
    this.factory = new ApplicationFactory(coreFactory, this);
    this.sessionsUtil = new SipSessionsUtilImpl(this);
    this.timerService = new ServletTimers(container.timers());
    this.continuations = new GoingOn(this, container, invocation, serverSecurity, pending);
    this.proxyTimers = new ProxyTimers(container.timers(), container.stackTimer());
    this.sessionExpiry = new SessionExpiry(container.timers(), container.clock());
  }

  /**
   * Makes the servlets and listeners and initialises the servlets.
   *
   * @throws ServletException when one of them cannot be made or refuses
   */
  public void start() throws ServletException {
    publish();
    gate = gate();
    issuedNonces =
        extension(IssuedNonces.class)
            .orElseGet(
                () ->
                    descriptor.security().asksWhoCalls()
                        ? container.digest().nonces()::isFresh
                        : null);
    challenger = extension(Challenger.class).orElse(request -> Optional.empty());
    for (ServletDefinition definition : descriptor.servlets()) {
      Class<? extends Servlet> type = load(definition.className(), Servlet.class);
      Optional<Executor> runAs = runAs(definition.name(), definition.runAs(), type);
      Servlet servlet = make(type);
      findKeyMethod(servlet.getClass());
      servlets.put(
          definition.name(),
          new ServletHandle(
              definition, servletContext, servlet, invocation, serverSecurity, runAs));
      if (servlet instanceof EventListener listener) {
        listeners.add(listener, runAs.orElse(ServerSecurity.UNCHANGED));
      }
    }
    for (String listener : descriptor.listeners()) {
      if (descriptor.servlets().stream().noneMatch(s -> s.className().equals(listener))) {
        Class<? extends EventListener> type = load(listener, EventListener.class);
        Optional<Executor> runAs = runAs(listener, Optional.empty(), type);
        listeners.add(make(type), runAs.orElse(ServerSecurity.UNCHANGED));
      }
    }
    for (MobicentsSipServlet handle : servlets.values()) {
      ((ServletHandle) handle).initialise();
    }
  }

  private void publish() {
    servletContext.setAttribute(javax.servlet.sip.SipServlet.SIP_FACTORY, factory);
    servletContext.setAttribute(javax.servlet.sip.SipServlet.TIMER_SERVICE, timerService);
    servletContext.setAttribute(javax.servlet.sip.SipServlet.SIP_SESSIONS_UTIL, sessionsUtil);
    servletContext.setAttribute(Continuations.class.getName(), continuations);
    SipApplicationDispatcher dispatcher = container.dispatcher();
    servletContext.setAttribute(
        javax.servlet.sip.SipServlet.SUPPORTED, Arrays.asList(dispatcher.getExtensionsSupported()));
    servletContext.setAttribute(
        javax.servlet.sip.SipServlet.SUPPORTED_RFCs, Arrays.asList(dispatcher.getRfcSupported()));
  }

  private Gate gate() throws ServletException {
    Security security = descriptor.security();
    if (!security.asksWhoCalls()) {
      return Gate.withoutUsers(getApplicationName(), security.constraints());
    }
    if (security.login().orElseThrow() instanceof Security.Login.Digest login) {
      return Gate.withUsers(
          getApplicationName(),
          security.constraints(),
          login.realm(),
          container.digest(),
          users(SipCredentials.class));
    }
    if (!container.asksForCertificates()) {
      throw new ServletException(
          "sip.xml knows callers by their certificates, and no connection is asked for one: set %s to want or need, and listen on TLS"
              .formatted(SipSettings.TLS_CLIENT_AUTH));
    }
    return Gate.withCertificates(
        getApplicationName(), security.constraints(), users(SipCertificates.class));
  }

  private <T> T users(Class<T> type) throws ServletException {
    return extension(type)
        .orElseThrow(
            () ->
                new ServletException(
                    "sip.xml lets only users with a role in, and nothing says who has one: add a CDI bean that implements %s, or set a ServletContext attribute of that name"
                        .formatted(type.getName())));
  }

  /** What the application does for the container: an attribute of its type's name, or a bean. */
  private <T> Optional<T> extension(Class<T> type) {
    Object attribute = servletContext.getAttribute(type.getName());
    return type.isInstance(attribute) ? Optional.of(type.cast(attribute)) : beans.only(type);
  }

  /** Challenges a stranger; empty where its servlets are to. */
  public Optional<Challenge> challenge(UnauthenticatedRequest request) {
    try {
      return challenger.challenge(request);
    } catch (RuntimeException | LinkageError e) {
      sparse.log(
          Level.ERROR,
          "%s of %s failed, its servlets get the %s: %s",
          challenger.getClass().getName(),
          getApplicationName(),
          request.method(),
          e);
      return Optional.empty();
    }
  }

  /** Whether {@link #hasIssued} can tell. */
  public boolean knowsItsNonces() {
    return issuedNonces != null;
  }

  /**
   * Whether a nonce was given out by this application, for this realm, and may still be used; false
   * where it cannot tell.
   */
  public boolean hasIssued(String nonce, String realm) {
    return knowsItsNonces() && issuedNonces.isFresh(nonce, realm);
  }

  /**
   * For whom a servlet or listener acts whoever calls.
   *
   * @param declared the role in sip.xml, which goes before that of the class
   */
  private Optional<Executor> runAs(String name, Optional<String> declared, Class<?> type)
      throws ServletException {
    Optional<String> role =
        declared.or(() -> Optional.ofNullable(type.getAnnotation(RunAs.class)).map(RunAs::value));
    if (role.isPresent() && !serverSecurity.canBeTold()) {
      throw new ServletException(
          "%s runs as %s, which this server cannot be told: it is WildFly that can, where the web application has a security domain"
              .formatted(name, role.get()));
    }
    return role.map(serverSecurity::asNobodyWith);
  }

  private <T> Class<? extends T> load(String className, Class<T> type) throws ServletException {
    try {
      Class<?> found = Class.forName(className, true, classLoader);
      if (!type.isAssignableFrom(found)) {
        throw new ServletException("%s is no %s".formatted(className, type.getSimpleName()));
      }
      return found.asSubclass(type);
    } catch (ClassNotFoundException e) {
      throw cannotBeMade(className, e);
    }
  }

  private <T> T make(Class<T> type) throws ServletException {
    try {
      return beans.create(type);
    } catch (ReflectiveOperationException | RuntimeException e) {
      throw cannotBeMade(type.getName(), e);
    }
  }

  private static ServletException cannotBeMade(String className, Exception cause) {
    return new ServletException("%s cannot be made: %s".formatted(className, cause), cause);
  }

  private void findKeyMethod(Class<?> type) throws ServletException {
    for (Method method : type.getMethods()) {
      if (method.isAnnotationPresent(SipApplicationKey.class)) {
        if (!Modifier.isStatic(method.getModifiers())
            || method.getReturnType() != String.class
            || !Arrays.equals(
                method.getParameterTypes(), new Class<?>[] {SipServletRequest.class})) {
          throw new ServletException(
              "@SipApplicationKey on %s: expected public static String name(SipServletRequest)"
                  .formatted(method));
        }
        keyMethod = method;
      }
    }
  }

  /**
   * Waits until the application has done what it has begun: no thread is in it or on its way there,
   * and what it was to go on with has come, or its session is gone.
   *
   * @param deadline of {@link System#nanoTime}; no longer than that
   */
  public void drain(long deadline) {
    try {
      while ((invocation.isAnyoneInside() || sessions.isAnyBusy() || pending.isAnything())
          && System.nanoTime() - deadline < 0) {
        Thread.sleep(BETWEEN_LOOKS.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Begins nothing more: what would begin something is answered 480 from now on. */
  public void retire() {
    retiring = true;
  }

  /**
   * Destroys servlets and listeners. What has been on its way to a servlet all the while is
   * answered 480.
   */
  public void stop() {
    running = false;
    servlets.forEach(
        (name, handle) -> Closing.step("The servlet " + name, ((ServletHandle) handle)::destroy));
    listeners.clean();
    beans.release();
  }

  /** Fires a CDI event to the application's observers. */
  public void fire(Object event) {
    if (!running) {
      return;
    }
    try {
      invocation.call(
          () -> {
            beans.fire(event);
            return null;
          });
    } catch (ServletException | IOException e) {
      throw new IllegalStateException("firing an event throws neither", e);
    }
  }

  /** The time service applications get injected. */
  @Override
  public TimerService getTimerService() {
    return timerService;
  }

  /** Where its servlets go on with what they have not answered yet. */
  public Continuations continuations() {
    return continuations;
  }

  boolean isRunning() {
    return running;
  }

  /** Something is to go on in a session, unless that ends before. */
  void awaits(MobicentsSipApplicationSession session, Pending.Thing thing) {
    if (session instanceof LockedApplicationSession locked) {
      locked.awaits(thing);
    } else if (sessions.getSipApplicationSession(session.getKey(), false)
        instanceof LockedApplicationSession locked) {
      locked.awaits(thing);
    } else {
      thing.over();
    }
  }

  @Override
  public SipFactory getSipFactoryFacade() {
    return factory;
  }

  @Override
  public MobicentsSipSessionsUtil getSipSessionsUtil() {
    return sessionsUtil;
  }

  @Override
  public ProxyTimerService getProxyTimerService() {
    return proxyTimers;
  }

  @Override
  public SipApplicationSessionTimerService getSipApplicationSessionTimerService() {
    return sessionExpiry;
  }

  @Override
  public SipManager getSipManager() {
    return sessions;
  }

  @Override
  public SipApplicationDispatcher getSipApplicationDispatcher() {
    return container.dispatcher();
  }

  @Override
  public String getApplicationName() {
    return descriptor.applicationName();
  }

  @Override
  public String getApplicationNameHashed() {
    return container.dispatcher().getHashFromApplicationName(getApplicationName());
  }

  @Override
  public ServletContext getServletContext() {
    return servletContext;
  }

  @Override
  public ClassLoader getSipContextClassLoader() {
    return classLoader;
  }

  @Override
  public SipListeners getListeners() {
    return listeners;
  }

  @Override
  public boolean isMainServlet() {
    return descriptor.mainServlet().isPresent();
  }

  @Override
  public String getMainServlet() {
    return descriptor.mainServlet().orElse(null);
  }

  @Override
  public String getServletHandler() {
    return getMainServlet();
  }

  /** The core sets what it read from here before. */
  @Override
  public void setServletHandler(String name) {}

  @Override
  public List<MobicentsSipServletMapping> findSipServletMappings() {
    return new ArrayList<>(descriptor.mappings());
  }

  @Override
  public MobicentsSipServletMapping findSipServletMappings(SipServletRequest request) {
    return descriptor.mappings().stream()
        .filter(mapping -> mapping.rule().matches(request))
        .findFirst()
        .orElse(null);
  }

  @Override
  public MobicentsSipServlet findSipServletByName(String name) {
    return name == null ? null : servlets.get(name);
  }

  /**
   * The core asks for the servlet that declares the application key method in order to call the
   * method on it; the method is static and needs none.
   */
  @Override
  public MobicentsSipServlet findSipServletByClassName(String className) {
    return null;
  }

  @Override
  public Map<String, MobicentsSipServlet> getChildrenMap() {
    return servlets;
  }

  @Override
  public Method getSipApplicationKeyMethod() {
    return keyMethod;
  }

  @Override
  public int getProxyTimeout() {
    return descriptor.proxyTimeout();
  }

  @Override
  public int getSipApplicationSessionTimeout() {
    return descriptor.sessionTimeout();
  }

  @Override
  public ConcurrencyControlMode getConcurrencyControlMode() {
    return ConcurrencyControlMode.SipApplicationSession;
  }

  @Override
  public void enterSipApp(
      MobicentsSipApplicationSession applicationSession,
      MobicentsSipSession session,
      boolean checkManagedThread,
      boolean containerManaged) {
    lock(applicationSession)
        .ifPresent(checkManagedThread ? SessionLocks::enterForScope : SessionLocks::enter);
  }

  @Override
  public void exitSipApp(
      MobicentsSipApplicationSession applicationSession, MobicentsSipSession session) {
    lock(applicationSession).ifPresent(SessionLocks::exit);
  }

  private Optional<ReentrantLock> lock(MobicentsSipApplicationSession applicationSession) {
    if (applicationSession instanceof LockedApplicationSession locked) {
      return Optional.of(locked.lock());
    }
    return applicationSession != null
            && sessions.getSipApplicationSession(applicationSession.getKey(), false)
                instanceof LockedApplicationSession locked
        ? Optional.of(locked.lock())
        : Optional.empty();
  }

  @Override
  public void enterSipContext() {
    Thread.currentThread().setContextClassLoader(classLoader);
  }

  @Override
  public void exitSipContext(ClassLoader before) {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Override
  public boolean notifySipContextListeners(SipContextEvent event) {
    if (event.getEventType()
        == org.mobicents.servlet.sip.core.SipContextEventType.SERVLET_INITIALIZED) {
      for (MobicentsSipServlet handle : servlets.values()) {
        if (((ServletHandle) handle).servlet() instanceof javax.servlet.sip.SipServlet servlet) {
          SipServletContextEvent initialised = new SipServletContextEvent(servletContext, servlet);
          for (SipServletListener listener : listeners.getSipServletsListeners()) {
            listener.servletInitialized(initialised);
          }
        }
      }
    }
    return true;
  }

  @Override
  public String getPath() {
    return servletContext.getContextPath();
  }

  @Override
  public String getEngineName() {
    return servletContext.getVirtualServerName();
  }

  @Override
  public String getDescription() {
    return descriptor.applicationName();
  }

  @Override
  public boolean authorize(MobicentsSipServletRequest request) {
    SipServletRequestImpl asking = (SipServletRequestImpl) request;
    ServletHandle handle = (ServletHandle) servlets.get(asking.getSipSession().getHandler());
    try {
      return !running || retiring && asking.isInitial()
          ? gate.putOff(asking)
          : invocation.call(() -> gate.admits(asking, handle.definition()));
    } catch (ServletException | IOException e) {
      LOG.log(
          Level.WARNING,
          "Call-ID {0}: a request that {1} does not let in could not be answered: {2}",
          asking.getCallId(),
          getApplicationName(),
          e.getMessage());
      return false;
    }
  }

  /** Requests answer challenges by themselves. */
  @Override
  public SipDigestAuthenticator getDigestAuthenticator() {
    throw new UnsupportedOperationException("no credentials are kept in a session");
  }

  @Override
  public MobicentsSipLoginConfig getSipLoginConfig() {
    return null;
  }

  @Override
  public SipRubyController getSipRubyController() {
    return null;
  }

  @Override
  public boolean hasDistributableManager() {
    return false;
  }

  @Override
  public boolean isPackageProtectionEnabled() {
    return false;
  }

  @Override
  public boolean isStoppingGracefully() {
    return retiring;
  }

  @Override
  public boolean enterSipAppHa(boolean startCacheActivity) {
    return false;
  }

  @Override
  public void exitSipAppHa(
      MobicentsSipServletRequest request,
      MobicentsSipServletResponse response,
      boolean batchStarted) {
    // Nothing is replicated.
  }

  @Override
  public String getLargeIcon() {
    return null;
  }

  @Override
  public String getSmallIcon() {
    return null;
  }

  @Override
  public String[] findSipApplicationListeners() {
    return descriptor.listeners().toArray(String[]::new);
  }

  @Override
  public void stopGracefully(long millis) {
    throw fixed();
  }

  @Override
  public void setApplicationName(String name) {
    throw fixed();
  }

  @Override
  public void setDescription(String text) {
    throw fixed();
  }

  @Override
  public void setLargeIcon(String icon) {
    throw fixed();
  }

  @Override
  public void setSmallIcon(String icon) {
    throw fixed();
  }

  @Override
  public void setListeners(SipListeners newListeners) {
    throw fixed();
  }

  @Override
  public void setMainServlet(String name) {
    throw fixed();
  }

  @Override
  public void setProxyTimeout(int seconds) {
    throw fixed();
  }

  @Override
  public void setSipApplicationSessionTimeout(int minutes) {
    throw fixed();
  }

  @Override
  public void addSipApplicationListener(String listener) {
    throw fixed();
  }

  @Override
  public void removeSipApplicationListener(String listener) {
    throw fixed();
  }

  @Override
  public void setSipApplicationKeyMethod(Method method) {
    throw fixed();
  }

  @Override
  public void setSipLoginConfig(MobicentsSipLoginConfig config) {
    throw fixed();
  }

  @Override
  public void addSipServletMapping(MobicentsSipServletMapping mapping) {
    throw fixed();
  }

  @Override
  public void removeSipServletMapping(MobicentsSipServletMapping mapping) {
    throw fixed();
  }

  @Override
  public void setConcurrencyControlMode(ConcurrencyControlMode mode) {
    throw fixed();
  }

  @Override
  public void setSipRubyController(SipRubyController controller) {
    throw fixed();
  }

  private static UnsupportedOperationException fixed() {
    return new UnsupportedOperationException("an application is what its descriptor says");
  }
}
