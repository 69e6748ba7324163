package org.m2mx.ua.sdp;

/** A session description that cannot be read or agreed to. */
public final class SdpException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * A session description that does not hold.
   *
   * @param message what is wrong with it, one line
   */
  public SdpException(String message) {
    super(message);
  }
}
