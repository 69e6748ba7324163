package org.m2mx.registry.credential;

/** The key that seals credentials cannot be used; the message says which file and what to do. */
public class RegistryKeyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what does not open, and what to do
   */
  public RegistryKeyException(String message) {
    super(message);
  }

  RegistryKeyException(String message, Throwable cause) {
    super(message, cause);
  }
}
