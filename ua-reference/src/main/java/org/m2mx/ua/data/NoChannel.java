package org.m2mx.ua.data;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import org.bouncycastle.tls.TlsTimeoutException;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.Setup;

/** Why no data channel came about, in words. */
final class NoChannel {
  private static final String DISTRUST =
      "Somebody may stand in between: do not trust this network, and tell the peer's owner";

  private NoChannel() {}

  /** The system gives no port. */
  static UserAgentException noPort(InetAddress address, Exception cause) {
    return new UserAgentException(
        Reason.DATA_CHANNEL,
        "No port to listen on at " + IpText.of(address) + " (" + cause.getMessage() + ")",
        "Check this machine's addresses",
        cause);
  }

  /** The peer has another certificate than it said. */
  static UserAgentException mismatch(Agreement agreement, Fingerprint shown, Exception cause) {
    return new UserAgentException(
        Reason.FINGERPRINT_MISMATCH,
        "The peer at "
            + IpText.of(agreement.peer().getAddress())
            + " showed a certificate with "
            + shown
            + " but signalled "
            + agreement.peerFingerprints().get(0),
        DISTRUST,
        cause);
  }

  /** The peer's IKE daemon has another certificate than it said; which one, ours does not tell. */
  static UserAgentException impostor(Agreement agreement, Exception cause) {
    return new UserAgentException(
        Reason.FINGERPRINT_MISMATCH,
        "The peer at "
            + IpText.of(agreement.peer().getAddress())
            + " has not the certificate that it signalled, "
            + agreement.peerFingerprints().get(0),
        DISTRUST,
        cause);
  }

  /** No tunnels can be had from this machine. */
  static UserAgentException noDaemon(Exception cause) {
    return new UserAgentException(
        Reason.DATA_CHANNEL,
        "No " + DataProtocol.IKE_ESP_UDPENCAP + ", since " + cause.getMessage(),
        "Have strongSwan run (Debian: charon-systemd, libcharon-extra-plugins), be root, name its"
            + " socket with --vici, or choose another --protocol",
        cause);
  }

  /** Nothing came through. */
  static UserAgentException noPath(Agreement agreement, InetSocketAddress own, Exception cause) {
    return failed(
        Reason.NO_PATH,
        agreement,
        own,
        cause,
        "Check that the firewalls on both sides let the two talk directly");
  }

  /** The two had met, and could not agree. */
  static UserAgentException brokenOff(Agreement agreement, InetSocketAddress own, Exception cause) {
    return failed(
        Reason.DATA_CHANNEL, agreement, own, cause, "See on the peer's side why it broke off");
  }

  private static UserAgentException failed(
      Reason reason, Agreement agreement, InetSocketAddress own, Exception cause, String remedy) {
    String how =
        agreement.role() == Setup.ACTIVE
            ? "No data connection to " + IpText.of(agreement.peer())
            : "No data connection from "
                + IpText.of(agreement.peer().getAddress())
                + " to "
                + IpText.of(own);
    boolean late = cause instanceof SocketTimeoutException || cause instanceof TlsTimeoutException;
    String why = late ? "timed out" : String.valueOf(cause.getMessage());
    return new UserAgentException(reason, how + " (" + why + ")", remedy, cause);
  }
}
