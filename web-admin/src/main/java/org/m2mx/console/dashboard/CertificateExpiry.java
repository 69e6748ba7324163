package org.m2mx.console.dashboard;

import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import javax.management.JMException;
import javax.management.ObjectName;

/** When the certificate that devices see expires, as the SIP container says over JMX. */
@ApplicationScoped
public class CertificateExpiry {
  private static final Logger LOG = System.getLogger(CertificateExpiry.class.getName());
  private static final String CONTAINERS = "org.m2mx.sipcontainer:type=SipContainer,*";

  /** The earliest of all listeners'; empty when no listener has one. */
  public Optional<Instant> earliest() {
    try {
      return ManagementFactory.getPlatformMBeanServer()
          .queryNames(new ObjectName(CONTAINERS), null)
          .stream()
          .flatMap(name -> of(name).stream())
          .min(Instant::compareTo);
    } catch (JMException e) {
      LOG.log(Level.WARNING, "The certificate's expiry is not to be had: {0}", e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<Instant> of(ObjectName container) {
    try {
      var expiry =
          ManagementFactory.getPlatformMBeanServer().getAttribute(container, "CertificateExpiry");
      return Optional.of(expiry.toString()).filter(text -> !text.isEmpty()).map(Instant::parse);
    } catch (JMException | DateTimeParseException e) {
      LOG.log(Level.WARNING, "The certificate's expiry is not to be had: {0}", e.getMessage());
      return Optional.empty();
    }
  }
}
