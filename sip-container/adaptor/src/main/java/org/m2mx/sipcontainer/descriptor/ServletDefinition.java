package org.m2mx.sipcontainer.descriptor;

import java.util.Map;

/**
 * A SIP servlet as declared.
 *
 * @param name unique in its application
 * @param className the servlet's class
 * @param initParameters never null
 * @param loadOnStartup order of initialisation; negative ones come last
 */
public record ServletDefinition(
    String name, String className, Map<String, String> initParameters, int loadOnStartup) {
  /** Copies the parameters. */
  public ServletDefinition {
    initParameters = Map.copyOf(initParameters);
  }
}
