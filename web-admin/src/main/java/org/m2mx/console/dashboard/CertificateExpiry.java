package org.m2mx.console.dashboard;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;
import org.m2mx.console.metrics.Figures;

/** When the certificate that devices see expires, as the SIP container's meters tell. */
@ApplicationScoped
public class CertificateExpiry {
  private static final String METER = "sip.certificate.expiry.timestamp";

  private final Figures figures;

  /** For the client proxy only. */
  protected CertificateExpiry() {
    figures = null;
  }

  /**
   * @param figures of this server
   */
  @Inject
  public CertificateExpiry(Figures figures) {
    this.figures = figures;
  }

  /** The earliest of all listeners'; empty when no listener has one. */
  public Optional<Instant> earliest() {
    return figures
        .gauge(METER)
        .filter(Double::isFinite)
        .mapToObj(seconds -> Instant.ofEpochSecond((long) seconds))
        .min(Instant::compareTo);
  }
}
