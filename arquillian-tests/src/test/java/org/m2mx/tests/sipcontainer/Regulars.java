package org.m2mx.tests.sipcontainer;

import jakarta.annotation.Resource;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ejb.SessionContext;
import jakarta.ejb.Stateless;

/** An enterprise bean that lets in whom the server knows as a regular. */
@Stateless
public class Regulars {
  @Resource private SessionContext context;

  /** Who calls. */
  @RolesAllowed("regular")
  public String caller() {
    return context.getCallerPrincipal().getName();
  }

  /** Whether who calls is a regular, whoever it is. */
  @PermitAll
  public String isRegular() {
    return context.getCallerPrincipal().getName() + ' ' + context.isCallerInRole("regular");
  }
}
