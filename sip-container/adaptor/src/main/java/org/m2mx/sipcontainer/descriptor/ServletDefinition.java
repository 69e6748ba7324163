package org.m2mx.sipcontainer.descriptor;

import java.util.Map;
import java.util.Optional;

/**
 * A SIP servlet as declared.
 *
 * @param name unique in its application
 * @param className the servlet's class
 * @param initParameters never null
 * @param loadOnStartup order of initialisation; negative ones come last
 * @param roleLinks roles by the names the servlet has for them (security-role-ref); never null
 * @param runAs the role that sip.xml gives the servlet when it calls enterprise beans; where it is
 *     empty the class may have one by {@code @RunAs}
 */
public record ServletDefinition(
    String name,
    String className,
    Map<String, String> initParameters,
    int loadOnStartup,
    Map<String, String> roleLinks,
    Optional<String> runAs) {
  /** Copies the maps. */
  public ServletDefinition {
    initParameters = Map.copyOf(initParameters);
    roleLinks = Map.copyOf(roleLinks);
  }
}
