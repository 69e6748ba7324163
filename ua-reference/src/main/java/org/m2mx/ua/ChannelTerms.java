package org.m2mx.ua;

import java.util.List;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Resumption;

/**
 * What a session's data channel may be.
 *
 * @param protocols what it may speak, the best first
 * @param resumable whether a stream, in a tunnel or not, is to go on by another connection when one
 *     is lost, or a side moves; it does if the peer wants that, too
 */
public record ChannelTerms(List<DataProtocol> protocols, boolean resumable) {

  /** Copies the list. */
  public ChannelTerms {
    protocols = List.copyOf(protocols);
  }

  Resumption resumption() {
    return resumable ? Resumption.OWN : null;
  }
}
