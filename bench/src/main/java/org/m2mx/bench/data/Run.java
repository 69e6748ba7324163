package org.m2mx.bench.data;

/**
 * A transfer from one process to another, as the receiving one saw it.
 *
 * @param bytes that arrived
 * @param nanos from the first byte to the last
 * @param cpuMicros processor time of both processes meanwhile
 */
public record Run(long bytes, long nanos, long cpuMicros) {
  private static final double MIB = 1 << 20;
  private static final double GIGABYTE = 1e9;

  /** Returns the rate, MiB a second. */
  public double mibPerSecond() {
    return bytes / MIB / (nanos / 1e9);
  }

  /** Returns the processor time of both ends, seconds for 1,000,000,000 bytes. */
  public double cpuSecondsPerGigabyte() {
    return cpuMicros / 1e6 / (bytes / GIGABYTE);
  }
}
