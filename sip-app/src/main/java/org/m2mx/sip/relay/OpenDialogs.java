package org.m2mx.sip.relay;

import java.util.HashSet;
import java.util.Set;
import javax.servlet.sip.SipApplicationSession;

/**
 * The dialogs of a call that are open: one with each device that accepted (RFC 3261 section
 * 13.2.2.4). Two may do so before either hears that the other has. Dialogs are known by the
 * callee's tag.
 */
final class OpenDialogs {
  private static final String ATTRIBUTE = OpenDialogs.class.getName();

  private OpenDialogs() {}

  /** A device has accepted. */
  static void begin(SipApplicationSession session, String calleeTag) {
    Set<String> open = in(session);
    if (calleeTag == null) {
      return;
    }
    if (open.isEmpty()) {
      session.setAttribute(ATTRIBUTE, Set.of(calleeTag));
    } else if (!open.contains(calleeTag)) {
      Set<String> more = new HashSet<>(open);
      more.add(calleeTag);
      session.setAttribute(ATTRIBUTE, Set.copyOf(more));
    }
  }

  /**
   * A dialog is over.
   *
   * @return whether no other is open
   */
  static boolean end(SipApplicationSession session, String calleeTag) {
    Set<String> left = new HashSet<>(in(session));
    left.remove(calleeTag);
    session.setAttribute(ATTRIBUTE, Set.copyOf(left));
    return left.isEmpty();
  }

  @SuppressWarnings("unchecked")
  private static Set<String> in(SipApplicationSession session) {
    Set<String> open = (Set<String>) session.getAttribute(ATTRIBUTE);
    return open == null ? Set.of() : open;
  }
}
