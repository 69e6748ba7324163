package org.m2mx.sip.knock;

/** How much is knocked, over JMX: {@code org.m2mx:type=Knocks}. */
public interface KnocksMXBean {
  /** How many knocks were given since the start, whether anybody opened or not. */
  long getTotalGiven();

  /** How many questions for a knock were refused since the start. */
  long getTotalRefused();
}
