package org.m2mx.registry.schema;

/** The database cannot be used; the message says why and what to do. */
public class SchemaException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SchemaException(String message) {
    super(message);
  }

  SchemaException(String message, Throwable cause) {
    super(message, cause);
  }
}
