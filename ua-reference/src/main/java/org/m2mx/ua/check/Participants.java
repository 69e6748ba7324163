package org.m2mx.ua.check;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.m2mx.ua.Aor;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.ike.Charon;

/**
 * Who takes part in a check.
 *
 * @param own the account that does most of the asking
 * @param ownDevice its device, whose certificate it shows to the device under test
 * @param charon the IKE daemon for tunnels with the device under test, which need not be there
 * @param peer an account that {@code own} may call, registered nowhere else; for checks of a server
 * @param stranger an account that may not call {@code own}; for checks of a server
 * @param deviceUnderTest the name of the device under test, which {@code own} may call and which
 *     sends back what it gets; for checks of a device
 * @param crash how to have the device under test die, if that may be
 * @param dial a command for {@code /bin/sh} that has the device under test call {@code own}, if
 *     that may be
 * @param start a command for {@code /bin/sh} that starts the device under test with the account
 *     whose file {@code $M2MX_ACCOUNT} names, if that may be
 * @param patience how long an answer may take
 * @param recovery how long the device under test may wait before it comes back when its only
 *     connection was lost: what it is configured to, or the 30 s of RFC 5626 section 4.5
 */
public record Participants(
    Account own,
    Device ownDevice,
    Charon charon,
    Optional<Account> peer,
    Optional<Account> stranger,
    Optional<Aor> deviceUnderTest,
    Optional<Crash> crash,
    Optional<String> dial,
    Optional<String> start,
    Duration patience,
    Duration recovery) {

  /** Checks that all are there. */
  public Participants {
    Objects.requireNonNull(own);
    Objects.requireNonNull(ownDevice);
    Objects.requireNonNull(charon);
    Objects.requireNonNull(patience);
    Objects.requireNonNull(recovery);
  }
}
