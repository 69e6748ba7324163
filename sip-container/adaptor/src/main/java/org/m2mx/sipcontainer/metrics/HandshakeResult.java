package org.m2mx.sipcontainer.metrics;

import java.io.IOException;
import java.security.cert.CertificateException;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What came of a handshake, told apart as far as whoever looks at figures can do something. */
public enum HandshakeResult {
  /** Messages may travel. */
  SUCCESS,
  /** One side does not take the other's certificate, or misses one. */
  CERTIFICATE,
  /** The two cannot agree: no version or cipher in common, or no TLS or WebSocket at all. */
  PROTOCOL,
  /** The peer went away. */
  CLOSED,
  /** It took too long. */
  TIMEOUT,
  /** Too many were at it, and this was the oldest. */
  CROWDED;

  /** The alerts of RFC 8446 section 6.2 that are about certificates, as they are called there. */
  private static final Pattern ALERTS = Pattern.compile("certificate|unknown_ca");

  /** What a connection that broke in the midst of its handshake came to. */
  public static HandshakeResult of(IOException reason) {
    if (!(reason instanceof SSLException)) {
      return CLOSED;
    }
    for (Throwable cause = reason; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException) {
        return CERTIFICATE;
      }
    }
    return ALERTS.matcher(String.valueOf(reason.getMessage())).find() ? CERTIFICATE : PROTOCOL;
  }

  /** In small letters. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
