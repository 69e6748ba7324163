package org.m2mx.ua.ike;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.m2mx.ua.vici.ViciException;

/**
 * What the daemon has said of a tunnel that did not come about.
 *
 * @param said the lines of its log
 */
record Negotiation(List<String> said) {

  /** Whether either daemon may only not know something yet. */
  boolean mayComeLater() {
    return isPeerNotTold() || isAddressNotSeen();
  }

  /** The peer's may still be told of the tunnel, or have another with it in mind. */
  private boolean isPeerNotTold() {
    return says("received NO_PROPOSAL_CHOSEN notify") || says("received TS_UNACCEPTABLE notify");
  }

  /** This machine's hears of its new address from the system, a moment after it is there. */
  private boolean isAddressNotSeen() {
    return says("error installing route with policy");
  }

  /** Says why, for whoever has asked. */
  IOException failure(ViciException refusal) {
    if (says("constraint check failed") || says("no trusted ")) {
      return new ImpostorException("the peer's IKE daemon showed another certificate");
    }
    if (says("received AUTHENTICATION_FAILED notify")) {
      return new IOException("the peer's IKE daemon does not take this device's certificate");
    }
    if (isPeerNotTold()) {
      return new IOException("the peer's IKE daemon was not told of a tunnel");
    }
    if (isAddressNotSeen()) {
      return new IOException("the IKE daemon does not see this machine's address in the tunnel");
    }
    if (says("giving up after") || isLate(refusal.getMessage())) {
      return new SocketTimeoutException("no tunnel in time");
    }
    String last = said.isEmpty() ? refusal.getMessage() : said.get(said.size() - 1);
    return new IOException("the IKE daemon says: " + last, refusal);
  }

  /** In the words of the daemon's versions. */
  private static boolean isLate(String refusal) {
    return refusal.contains("not established after") || refusal.contains("timeout");
  }

  private boolean says(String text) {
    return said.stream().anyMatch(line -> line.contains(text));
  }
}
