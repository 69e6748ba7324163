package org.m2mx.sipcontainer.deployment;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.m2mx.sipcontainer.descriptor.SipDescriptor;
import org.m2mx.sipcontainer.http.HttpSessions;

/** Starts and stops a SIP application with its web application. */
final class SipDeployment implements ServletContextListener {
  private final SipDescriptor descriptor;
  private final HttpSessions httpSessions;

  SipDeployment(SipDescriptor descriptor, HttpSessions httpSessions) {
    this.descriptor = descriptor;
    this.httpSessions = httpSessions;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    try {
      SipRuntime.instance().deploy(descriptor, event.getServletContext(), httpSessions);
    } catch (ServletException | IOException e) {
      throw new IllegalStateException(
          "SIP application %s not started: %s"
              .formatted(descriptor.applicationName(), e.getMessage()),
          e);
    }
  }

  @Override
  public void contextDestroyed(ServletContextEvent event) {
    SipRuntime.instance().undeploy(event.getServletContext());
  }
}
