package org.m2mx.registry.binding;

/**
 * The database did not take a change in time; nothing was promised. Whoever asked may ask again in
 * a while.
 */
public class BindingsUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BindingsUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
