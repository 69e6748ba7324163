package org.m2mx.registry.binding;

/**
 * A REGISTER came after a later one of the same Call-ID; nothing was changed (RFC 3261 section 10.3
 * step 7).
 */
public class OutOfOrderException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  OutOfOrderException(Binding binding, long cseq) {
    super(
        "Call-ID %s: CSeq %d comes after %d was seen for %s"
            .formatted(binding.callId(), cseq, binding.cseq(), binding.aor()));
  }
}
