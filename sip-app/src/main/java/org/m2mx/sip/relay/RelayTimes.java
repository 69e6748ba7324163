package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import javax.servlet.sip.SipApplicationSession;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** How long the relay waits. */
@Singleton
public class RelayTimes {
  /** The answer to the last request of a call, and what is sent again, take 32 s at most. */
  private static final int MINUTES_FOR_LAST_ANSWERS = 1;

  /** Timer F (RFC 3261 section 17.1.2.2). */
  private static final Duration TRANSACTION = Duration.ofSeconds(32);

  private final Duration ringing;
  private final Duration longestDialog;

  /**
   * @param ringing how long a callee may ring, from {@code m2mx.relay.ringing-time}
   * @param longestDialog when a dialog is forgotten whose BYE never came, from {@code
   *     m2mx.relay.longest-dialog}
   * @throws IllegalArgumentException if one is shorter than a second, or a minute
   */
  @Inject
  public RelayTimes(
      @ConfigProperty(name = "m2mx.relay.ringing-time", defaultValue = "PT3M") Duration ringing,
      @ConfigProperty(name = "m2mx.relay.longest-dialog", defaultValue = "PT24H")
          Duration longestDialog) {
    if (ringing.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "m2mx.relay.ringing-time=" + ringing + ": give PT1S or more");
    }
    if (longestDialog.toMinutes() < 1) {
      throw new IllegalArgumentException(
          "m2mx.relay.longest-dialog=" + longestDialog + ": give PT1M or more");
    }
    this.ringing = ringing;
    this.longestDialog = longestDialog;
  }

  int ringingSeconds() {
    return Math.toIntExact(ringing.toSeconds());
  }

  /**
   * How long one of several groups of devices is waited for before the next is tried. Who does not
   * ring is waited for by the sender for {@link #TRANSACTION} altogether.
   *
   * @param groups how many there are, 1 or more
   */
  Duration patience(String method, int groups) {
    Duration share = TRANSACTION.dividedBy(groups);
    return "INVITE".equals(method) || ringing.compareTo(share) < 0 ? ringing : share;
  }

  int longestDialogMinutes() {
    return Math.toIntExact(longestDialog.toMinutes());
  }

  /**
   * Lets the session of a call that is over, or that nobody accepted, end by itself. The container
   * keeps it for dialogs of which it does not know that they are over: of a device that refused
   * while another accepted, or whose BYE never came.
   */
  static void callIsOver(SipApplicationSession session) {
    session.setExpires(MINUTES_FOR_LAST_ANSWERS);
  }
}
