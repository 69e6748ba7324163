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
  private static final OpenDialogs NONE = new OpenDialogs(Set.of(), Set.of());

  private final Set<String> open;
  private final Set<String> over;

  private OpenDialogs(Set<String> open, Set<String> over) {
    this.open = open;
    this.over = over;
  }

  /**
   * A device has accepted. When its acceptance comes again, a dialog that is over stays so.
   *
   * @return whether this opens the dialog
   */
  static boolean begin(SipApplicationSession session, String calleeTag) {
    OpenDialogs dialogs = in(session);
    if (calleeTag == null || dialogs.over.contains(calleeTag) || dialogs.open.contains(calleeTag)) {
      return false;
    }
    Set<String> more = new HashSet<>(dialogs.open);
    more.add(calleeTag);
    session.setAttribute(ATTRIBUTE, new OpenDialogs(Set.copyOf(more), dialogs.over));
    return true;
  }

  /**
   * A dialog is over.
   *
   * @return whether it was the last that was open; false for one that was not open, an early one
   */
  static boolean end(SipApplicationSession session, String calleeTag) {
    OpenDialogs dialogs = in(session);
    if (calleeTag == null || !dialogs.open.contains(calleeTag)) {
      return false;
    }
    Set<String> left = new HashSet<>(dialogs.open);
    left.remove(calleeTag);
    Set<String> over = new HashSet<>(dialogs.over);
    over.add(calleeTag);
    session.setAttribute(ATTRIBUTE, new OpenDialogs(Set.copyOf(left), Set.copyOf(over)));
    return left.isEmpty();
  }

  /** Whether a device has accepted, and its dialog is not over. */
  static boolean isOpen(SipApplicationSession session, String calleeTag) {
    return calleeTag != null && in(session).open.contains(calleeTag);
  }

  static boolean areThereAny(SipApplicationSession session) {
    return !in(session).open.isEmpty();
  }

  private static OpenDialogs in(SipApplicationSession session) {
    OpenDialogs dialogs = (OpenDialogs) session.getAttribute(ATTRIBUTE);
    return dialogs == null ? NONE : dialogs;
  }
}
