package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Final answers to requests other than INVITE that came by datagram, for as long as the request may
 * come again: state Completed of RFC 3261 section 17.2.2, until timer J. The datagram is all that
 * is kept of a transaction; the stack's own would hold the parsed request and whatever the
 * application tied to it, some thirty times as much, for half a minute after each request.
 */
final class CompletedTransactions {
  /** Timer J, 64 times T1. */
  private static final long KEPT_NANOS = Duration.ofSeconds(32).toNanos();

  /** What an entry takes beside the datagram, in octets; roughly. */
  private static final int OVERHEAD = 300;

  private record Answer(
      String method, InetAddress source, SipChannel channel, byte[] datagram, long until) {
    int octets() {
      return datagram.length + OVERHEAD;
    }
  }

  private final long most;
  private final LongSupplier nanoTime;
  private final Map<String, Answer> answers = new LinkedHashMap<>();
  private long octets;

  /**
   * @param most octets that may be kept; beyond, the oldest answers are forgotten early, and a
   *     request that comes again then is processed again
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  CompletedTransactions(long most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
  }

  /**
   * Keeps an answer.
   *
   * @param id of the transaction
   * @param method of its request
   * @param source where the request came from
   * @param channel where the answer went
   * @param datagram the answer
   */
  synchronized void add(
      String id, String method, InetAddress source, SipChannel channel, byte[] datagram) {
    long now = nanoTime.getAsLong();
    Answer answer = new Answer(method, source, channel, datagram, now + KEPT_NANOS);
    Answer before = answers.remove(id);
    octets += answer.octets() - (before == null ? 0 : before.octets());
    answers.put(id, answer);
    forget(now);
  }

  /**
   * Sends the answer to a request again if it had one.
   *
   * @return whether it had
   * @throws IOException when the answer cannot be sent
   */
  boolean repeat(SIPRequest request, SipChannel channel) throws IOException {
    if (channel.isReliable()) {
      return false;
    }
    Answer answer;
    synchronized (this) {
      answer = answers.get(request.getTransactionId());
    }
    if (answer == null
        || !answer.method().equals(request.getMethod())
        || !answer.source().equals(channel.remote().getAddress())) {
      return false;
    }
    answer.channel().send(answer.datagram());
    return true;
  }

  /** Forgets what no request comes again for. */
  synchronized void expire() {
    forget(nanoTime.getAsLong());
  }

  private void forget(long now) {
    Iterator<Answer> oldest = answers.values().iterator();
    while (oldest.hasNext()) {
      Answer answer = oldest.next();
      if (now - answer.until() <= 0 && octets <= most) {
        return;
      }
      octets -= answer.octets();
      oldest.remove();
    }
  }

  /** How many answers are kept. */
  synchronized int size() {
    return answers.size();
  }
}
