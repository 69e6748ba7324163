package org.m2mx.ua;

import java.io.IOException;
import java.time.Duration;
import org.m2mx.ua.firewall.FirewallNotice;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * Is told of what a user agent does by itself. Methods are called on its threads: return soon. What
 * they throw is logged as an error, and changes nothing: the call or the registration that they are
 * told of goes on.
 */
public interface UserAgentListener {

  /**
   * The name is registered: for the first time, again, or from another address.
   *
   * @param registration what stands now
   */
  default void registered(Registration registration) {}

  /**
   * The name may not be registered any more, and will be again if it can.
   *
   * @param cause why
   * @param retry when it is tried next
   */
  default void unreachable(UserAgentException cause, Duration retry) {}

  /**
   * The server refuses the account, and trying again would only lock it.
   *
   * @param cause why
   */
  default void refused(UserAgentException cause) {}

  /**
   * A call that this side makes has got on.
   *
   * @param callee whom it is to
   * @param status the provisional response, 100 to 199; 180 means that it rings
   */
  default void progress(Aor callee, int status) {}

  /**
   * A call that this side makes was answered and acknowledged; its data channel is opened next.
   *
   * @param callee whom it is to
   */
  default void answered(Aor callee) {}

  /**
   * A peer was met for the first time, and its certificate will be remembered.
   *
   * @param peer the peer's name
   * @param fingerprint of its certificate, by SHA-256
   */
  default void firstMet(Aor peer, Fingerprint fingerprint) {}

  /**
   * A session's stream has lost its connection, and another is asked for since the peer has not
   * done so: nothing of the stream is lost if it comes in time, which {@link #moved} then tells.
   *
   * @param session the session
   * @param cause why
   */
  default void interrupted(Session session, IOException cause) {}

  /**
   * Either side of a session has moved, and its data goes by another channel or connection now.
   *
   * @param session the session, with its new channel
   */
  default void moved(Session session) {}

  /**
   * Either side of a session has moved, or lost what it was connected by, and the session could not
   * follow yet.
   *
   * @param session the session
   * @param cause why
   * @param retry when it is tried next, unless there is something new before
   */
  default void followsLater(Session session, UserAgentException cause, Duration retry) {}

  /**
   * Either side of a session has moved, and the session could not follow. It stays where it was, or
   * is over, as {@link Session#ended()} says.
   *
   * @param session the session
   * @param cause why
   */
  default void notMoved(Session session, UserAgentException cause) {}

  /**
   * A session's hole in this side's firewall was opened or closed, or could not be.
   *
   * @param notice what has happened
   */
  default void firewall(FirewallNotice notice) {}
}
