package org.m2mx.sip.authentication;

import org.m2mx.registry.Aor;

/** What {@link DigestAuthenticator} makes of a request. */
public sealed interface Verdict {

  /**
   * The sender knows the password of this AOR.
   *
   * @param aor who it is
   * @param info shows the sender that we know it too: the value of an Authentication-Info header
   *     (RFC 7616 section 3.5)
   */
  record Proven(Aor aor, String info) implements Verdict {}

  /**
   * The sender has shown nothing that could be checked, or only its nonce was at fault: it is to be
   * challenged.
   *
   * @param reason for the log, never for the sender
   * @param stale whether only the nonce was at fault
   */
  record Unproven(String reason, boolean stale) implements Verdict {}

  /**
   * The sender does not know the password of this AOR, or there is no such AOR: perhaps a guess.
   *
   * @param account who it wanted to be
   */
  record Wrong(Aor account) implements Verdict {}
}
