package org.m2mx.sipcontainer.config;

/** What a TLS listener asks of its clients. */
public enum ClientAuthentication {
  /** No certificate is asked for. */
  NONE,
  /** A certificate is asked for; when one is sent it must verify against the trust anchors. */
  WANT,
  /** A certificate that verifies against the trust anchors is required. */
  NEED
}
