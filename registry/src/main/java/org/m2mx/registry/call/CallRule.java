package org.m2mx.registry.call;

/** The rules that a call must pass, in the order in which they count. */
public enum CallRule {
  /** The caller and its ISP are served. */
  CALLER,
  /** The callee's ISP is served, as far as it is one of this service. */
  CALLEE_ISP,
  /** The callee is a subscriber and served. */
  CALLEE,
  /** What the callee's ISP says of the caller; the most specific line counts. */
  ISP_RULES,
  /** What the callee itself says of the caller. */
  CALLEE_LIST,
  /** Who is permitted by nobody may not call. */
  DEFAULT
}
