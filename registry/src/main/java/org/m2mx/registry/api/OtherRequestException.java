package org.m2mx.registry.api;

/** Two different requests were given the same name; the message names it. */
public class OtherRequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OtherRequestException(String name) {
    super("Another request was named " + name + ": give each request a name of its own");
  }
}
