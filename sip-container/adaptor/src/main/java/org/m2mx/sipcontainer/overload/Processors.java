package org.m2mx.sipcontainer.overload;

import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** How busy the machine is, as its Java runtime tells. */
public final class Processors {
  private final MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
  private final ObjectName system;

  /** Those that this runtime may use. */
  public Processors() {
    try {
      system = new ObjectName(ManagementFactory.OPERATING_SYSTEM_MXBEAN_NAME);
    } catch (JMException e) {
      throw new IllegalStateException("the platform's own name is a name", e);
    }
  }

  /**
   * How busy they were since this was last asked.
   *
   * @return 0 to 1; 0 where it is not known
   */
  public double load() {
    try {
      // By name: an application server need not show its deployments com.sun.management.
      return beans.getAttribute(system, "CpuLoad") instanceof Double load && load > 0 ? load : 0;
    } catch (JMException notKnown) {
      return 0;
    }
  }
}
