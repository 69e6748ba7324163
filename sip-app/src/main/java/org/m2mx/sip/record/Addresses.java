package org.m2mx.sip.record;

import org.m2mx.sipcontainer.flow.Flow;

/** Addresses as people write them. */
public final class Addresses {
  private Addresses() {}

  /** Host and port of the device at the other end of a flow. */
  public static String remote(Flow flow) {
    String host = flow.remoteAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + flow.remotePort();
  }
}
