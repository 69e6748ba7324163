package org.m2mx.sipcontainer.application;

import jakarta.servlet.Servlet;
import jakarta.servlet.ServletConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import java.util.concurrent.Executor;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TooManyHopsException;
import org.m2mx.sipcontainer.descriptor.ServletDefinition;
import org.m2mx.sipcontainer.security.ServerSecurity;
import org.mobicents.servlet.sip.core.MobicentsSipServlet;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/** A SIP servlet of an application, as the core sees it. */
final class ServletHandle implements MobicentsSipServlet, ServletConfig {
  private final ServletDefinition definition;
  private final ServletContext context;
  private final Servlet servlet;
  private final Servlet inContext;
  private volatile boolean destroyed;

  /**
   * @param runAs for whom it acts whoever calls; empty for the caller
   */
  ServletHandle(
      ServletDefinition definition,
      ServletContext context,
      Servlet servlet,
      Invocation invocation,
      ServerSecurity security,
      Optional<Executor> runAs) {
    this.definition = definition;
    this.context = context;
    this.servlet = servlet;
    this.inContext = new InContext(servlet, invocation, security, runAs);
  }

  /** The servlet itself. */
  Servlet servlet() {
    return servlet;
  }

  ServletDefinition definition() {
    return definition;
  }

  void initialise() throws ServletException {
    inContext.init(this);
  }

  void destroy() {
    destroyed = true;
    inContext.destroy();
  }

  @Override
  public String getName() {
    return definition.name();
  }

  @Override
  public int getLoadOnStartup() {
    return definition.loadOnStartup();
  }

  @Override
  public Servlet allocate() {
    return inContext;
  }

  @Override
  public void deallocate(Servlet allocated) {
    // There is one instance for all requests.
  }

  @Override
  public boolean isUnavailable() {
    return destroyed;
  }

  @Override
  public String getServletName() {
    return definition.name();
  }

  @Override
  public ServletContext getServletContext() {
    return context;
  }

  @Override
  public String getInitParameter(String name) {
    return definition.initParameters().get(name);
  }

  @Override
  public Enumeration<String> getInitParameterNames() {
    return Collections.enumeration(definition.initParameters().keySet());
  }

  private record InContext(
      Servlet servlet, Invocation invocation, ServerSecurity security, Optional<Executor> runAs)
      implements Servlet {
    @Override
    public void init(ServletConfig config) throws ServletException {
      try {
        invocation.call(
            runAs.orElse(ServerSecurity.UNCHANGED),
            () -> {
              servlet.init(config);
              return null;
            });
      } catch (IOException e) {
        throw new ServletException(e);
      }
    }

    @Override
    public void service(ServletRequest request, ServletResponse response)
        throws ServletException, IOException {
      invocation.call(
          runAs.orElseGet(() -> caller(request)),
          Optional.ofNullable((SipServletRequestImpl) request),
          () -> {
            try {
              servlet.service(request, response);
            } catch (TooManyHopsException e) {
              refuse((SipServletRequest) request, e);
            }
            return null;
          });
    }

    /** What an application leaves to the container, by the exception's own description. */
    private static void refuse(SipServletRequest request, TooManyHopsException unhandled)
        throws ServletException, IOException {
      if (request == null || request.isCommitted()) {
        throw unhandled;
      }
      request.createResponse(SipServletResponse.SC_TOO_MANY_HOPS).send();
    }

    private Executor caller(ServletRequest request) {
      return request == null
          ? ServerSecurity.UNCHANGED
          : security.asCallerOf((SipServletRequest) request);
    }

    @Override
    public void destroy() {
      try {
        invocation.call(
            runAs.orElse(ServerSecurity.UNCHANGED),
            () -> {
              servlet.destroy();
              return null;
            });
      } catch (ServletException | IOException e) {
        throw new IllegalStateException("destroy declares neither", e);
      }
    }

    @Override
    public ServletConfig getServletConfig() {
      return servlet.getServletConfig();
    }

    @Override
    public String getServletInfo() {
      return servlet.getServletInfo();
    }
  }
}
