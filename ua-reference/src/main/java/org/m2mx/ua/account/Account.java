package org.m2mx.ua.account;

import java.security.cert.X509Certificate;
import java.util.List;
import org.m2mx.ua.Aor;

/**
 * What a user agent needs to know to register: who it is, how it proves that, and which server it
 * trusts.
 *
 * @param aor the name to register
 * @param password the secret shared with the ISP; its user name is the user part of the AOR
 * @param server where the server listens
 * @param trustAnchors the only certificates that may vouch for the server; at least one
 */
public record Account(
    Aor aor, String password, ServerAddress server, List<X509Certificate> trustAnchors) {

  /** Checks that there is a trust anchor. */
  public Account {
    trustAnchors = List.copyOf(trustAnchors);
    if (trustAnchors.isEmpty()) {
      throw new IllegalArgumentException("an account needs at least one trust anchor");
    }
  }

  /** Returns the account without its password. */
  @Override
  public String toString() {
    return aor + " at " + server;
  }
}
