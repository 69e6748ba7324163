package org.m2mx.sipcontainer.http;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Where a client reached this server.
 *
 * @param scheme {@code http} or {@code https}
 * @param host as the client wrote it
 * @param port as the client wrote it, or the scheme's own
 */
record Origin(String scheme, String host, int port) {
  static Origin of(HttpServletRequest request) {
    return new Origin(request.getScheme(), request.getServerName(), request.getServerPort());
  }

  /**
   * What a URL of this server begins with; the port of another scheme than the client's is unknown.
   */
  String prefix(String wantedScheme) {
    boolean standardPort = port == ("https".equals(scheme) ? 443 : 80);
    return !wantedScheme.equals(scheme) || standardPort
        ? wantedScheme + "://" + host
        : wantedScheme + "://" + host + ":" + port;
  }
}
