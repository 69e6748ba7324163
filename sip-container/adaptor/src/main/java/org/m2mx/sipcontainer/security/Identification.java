package org.m2mx.sipcontainer.security;

import java.lang.System.Logger.Level;
import java.util.List;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/** How a gate finds out who sends a request: the auth-method of login-config. */
interface Identification {

  /** What was found out. */
  sealed interface Finding {
    /** It is this user. */
    record Known(SipUser user) implements Finding {}

    /**
     * The sender has to prove it.
     *
     * @param challenges values of headers
     * @param level of the log line
     * @param reason for the log, never for the sender
     */
    record Asked(List<String> challenges, Level level, String reason) implements Finding {}

    /**
     * The sender has no way to prove it.
     *
     * @param reason for the log, never for the sender
     */
    record Unknown(String reason) implements Finding {}
  }

  /**
   * Looks who sends a request.
   *
   * @param asProxy whether the proof is one for a proxy
   */
  Finding of(SipServletRequestImpl request, boolean asProxy);
}
