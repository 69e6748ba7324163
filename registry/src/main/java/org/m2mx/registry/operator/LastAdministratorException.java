package org.m2mx.registry.operator;

/** Without this administrator nobody could run the platform any more. */
public class LastAdministratorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  LastAdministratorException(String name) {
    super(name + " is the last active administrator and stays");
  }
}
