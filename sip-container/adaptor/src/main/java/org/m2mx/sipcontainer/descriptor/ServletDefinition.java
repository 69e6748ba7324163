package org.m2mx.sipcontainer.descriptor;

import java.util.Map;

/**
 * A SIP servlet as declared.
 *
 * @param name unique in its application
 * @param className the servlet's class
 * @param initParameters never null
 * @param loadOnStartup order of initialisation; negative ones come last
 * @param roleLinks roles by the names the servlet has for them (security-role-ref); never null
 */
public record ServletDefinition(
    String name,
    String className,
    Map<String, String> initParameters,
    int loadOnStartup,
    Map<String, String> roleLinks) {
  /** Copies the maps. */
  public ServletDefinition {
    initParameters = Map.copyOf(initParameters);
    roleLinks = Map.copyOf(roleLinks);
  }
}
