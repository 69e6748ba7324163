package org.m2mx.console.signin;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.Optional;
import org.m2mx.console.openid.ProviderSession;

/**
 * As whom somebody has come in.
 *
 * @param name an operator's, if it still is one
 * @param vouched whether by an OpenID provider's word; otherwise by a password, which the server
 *     has checked
 */
record Entry(String name, boolean vouched) {
  /** Who has come in in the session of a request; empty when nobody has. */
  static Optional<Entry> of(HttpServletRequest request, Instant now) {
    var byPassword =
        Optional.ofNullable(request.getRemoteUser()).map(name -> new Entry(name, false));
    return byPassword.or(
        () -> ProviderSession.operator(request, now).map(name -> new Entry(name, true)));
  }
}
