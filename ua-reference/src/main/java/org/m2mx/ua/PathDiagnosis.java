package org.m2mx.ua;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.firewall.FirewallNotice;
import org.m2mx.ua.firewall.SessionHole;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.Setup;
import org.m2mx.ua.signalling.InviteDialog;

/**
 * Says, when no direct path has come about, which side's firewall stands in the way and how that is
 * known: by what this side's own firewall has answered, by what came back from the network, and by
 * what the peer says of its side when it hangs up.
 *
 * @param own this side's name
 * @param agreement what should have become a channel
 * @param hole this side's hole for it
 */
record PathDiagnosis(Aor own, Agreement agreement, SessionHole hole) {

  /**
   * Explains a failure.
   *
   * @param failure that of the channel
   * @param dialog in which it should have come about
   * @return the failure in other words if there was no path, or else as it is
   */
  UserAgentException explain(UserAgentException failure, InviteDialog dialog) {
    if (failure.reason() != Reason.NO_PATH) {
      return failure;
    }
    String told = dialog.peerReason().map(why -> "; " + dialog.peer() + " says: " + why).orElse("");
    return new UserAgentException(
        Reason.NO_PATH,
        failure.problem() + ": " + finding(dialog.peer(), failure.getCause()) + told,
        "Have that firewall opened, by UPnP IGD:2 or PCP or by hand; data never goes by the server",
        failure);
  }

  /**
   * Ends the dialog, and tells the peer what it cannot know.
   *
   * @param failure that of the channel
   * @param dialog ends here, if it has not ended already
   */
  void hangUp(UserAgentException failure, InviteDialog dialog) {
    dialog.bye(
        failure.reason() == Reason.NO_PATH ? finding(dialog.peer(), failure.getCause()) : null);
  }

  private String finding(Aor peer, Throwable cause) {
    return agreement.role() == Setup.ACTIVE ? outwards(peer, cause) : inwards(peer);
  }

  private String outwards(Aor peer, Throwable cause) {
    String there = IpText.of(agreement.peer());
    if (cause instanceof NoRouteToHostException) {
      return "the network says that " + there + " cannot be reached, or its firewall does";
    }
    if (cause instanceof ConnectException) {
      return "the host of " + peer + ", or a firewall before it, has answered with a refusal";
    }
    return "nothing came back from "
        + there
        + ", not even a refusal, so that the firewall of "
        + peer
        + " drops what comes, or that of "
        + own
        + " what leaves";
  }

  private String inwards(Aor peer) {
    return hole.evidence()
        .map(
            notice ->
                notice.kind() == FirewallNotice.Kind.OPENED
                    ? "the firewall of "
                        + peer
                        + " lets nothing out to here, or another one stands between, since that of "
                        + own
                        + " was open ("
                        + notice.text()
                        + ") and nothing came"
                    : "the firewall of "
                        + own
                        + " stands in the way if there is one, since it was not opened ("
                        + notice.text()
                        + ")")
        .orElse(
            "nothing came from "
                + peer
                + "; the firewall of "
                + own
                + " was not asked to let it in, and stands in the way if there is one");
  }
}
