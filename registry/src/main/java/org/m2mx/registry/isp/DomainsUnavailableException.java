package org.m2mx.registry.isp;

/** The database does not say which domains belong to which ISP. */
public class DomainsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DomainsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
