package org.m2mx.ua.sdp;

import java.util.Locale;

/** Who opens a connection: the {@code setup} attribute (RFC 4145 section 4). */
public enum Setup {
  /** The endpoint opens the connection. */
  ACTIVE,
  /** The endpoint waits for it. */
  PASSIVE,
  /** The endpoint can do either; only an offer says so. */
  ACTPASS,
  /** The endpoint wants no connection for now. */
  HOLDCONN;

  /**
   * Reads an attribute's value.
   *
   * @param text the value
   * @return the role
   * @throws SdpException if there is no such role
   */
  static Setup parse(String text) throws SdpException {
    for (Setup setup : values()) {
      if (setup.toString().equals(text)) {
        return setup;
      }
    }
    throw new SdpException("unknown role a=setup:" + text);
  }

  /** Returns the attribute's value. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
