package org.m2mx.console.security;

import jakarta.faces.context.ExceptionHandler;
import jakarta.faces.context.ExceptionHandlerFactory;

/** Puts {@link Refusals} in front of what Faces does with exceptions. */
public class RefusalsFactory extends ExceptionHandlerFactory {
  /**
   * @param wrapped the factory that Faces has otherwise
   */
  public RefusalsFactory(ExceptionHandlerFactory wrapped) {
    super(wrapped);
  }

  @Override
  public ExceptionHandler getExceptionHandler() {
    return new Refusals(getWrapped().getExceptionHandler());
  }
}
