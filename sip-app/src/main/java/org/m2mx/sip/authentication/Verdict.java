package org.m2mx.sip.authentication;

import org.m2mx.registry.Aor;

/** What {@link DigestAuthenticator} makes of a request. */
public sealed interface Verdict {

  /**
   * The sender knows the password of this AOR.
   *
   * @param aor who it is
   */
  record Proven(Aor aor) implements Verdict {}

  /**
   * The sender has shown nothing, or nothing that holds, and is to be challenged.
   *
   * @param reason for the log, never for the sender
   * @param stale whether only the nonce was at fault
   */
  record Unproven(String reason, boolean stale) implements Verdict {}
}
