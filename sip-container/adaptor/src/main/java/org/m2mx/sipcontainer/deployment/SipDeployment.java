package org.m2mx.sipcontainer.deployment;

import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import java.io.IOException;
import org.m2mx.sipcontainer.descriptor.SipDescriptor;

/** Starts and stops a SIP application with its web application. */
final class SipDeployment implements ServletContextListener {
  private final SipDescriptor descriptor;

  SipDeployment(SipDescriptor descriptor) {
    this.descriptor = descriptor;
  }

  @Override
  public void contextInitialized(ServletContextEvent event) {
    try {
      SipRuntime.instance().deploy(descriptor, event.getServletContext());
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
