package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.sip.message.Request;

/**
 * What is left of server transactions that are over. Of a request other than INVITE that came by
 * datagram, its final answer, for as long as the request may come again: state Completed of RFC
 * 3261 section 17.2.2, until timer J. Of an INVITE, that it was answered and needs no answer again:
 * state Confirmed of section 17.2.1 and Accepted of RFC 6026 section 7.1. The stack's own
 * transaction would hold the parsed request and whatever the application tied to it, some thirty
 * times as much, for half a minute after each request.
 */
final class CompletedTransactions {
  /** Timer J, 64 times T1. */
  private static final long KEPT_NANOS = Duration.ofSeconds(32).toNanos();

  /** What an entry takes beside the datagram, in octets; roughly. */
  private static final int OVERHEAD = 300;

  private static final byte[] NOTHING = {};

  /** With no datagram when the request is taken and not answered again. */
  private record Answer(
      String method,
      InetAddress source,
      Supplier<Optional<SipChannel>> channel,
      byte[] datagram,
      long until) {
    int octets() {
      return datagram.length + OVERHEAD;
    }

    boolean concerns(String again) {
      return method.equals(again) || method.equals(Request.INVITE) && again.equals(Request.ACK);
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
  void add(String id, String method, InetAddress source, SipChannel channel, byte[] datagram) {
    keep(id, method, source, channel, datagram);
  }

  /**
   * Keeps in mind that an INVITE is answered for good. What comes of it again, its ACK too, is
   * taken and changes nothing.
   *
   * @param id of the transaction
   * @param channel what the INVITE came through
   */
  void addInvite(String id, SipChannel channel) {
    keep(id, Request.INVITE, channel.remote().getAddress(), channel, NOTHING);
  }

  private synchronized void keep(
      String id, String method, InetAddress source, SipChannel channel, byte[] datagram) {
    long now = nanoTime.getAsLong();
    Answer answer = new Answer(method, source, channel.reference(), datagram, now + KEPT_NANOS);
    Answer before = answers.remove(id);
    octets += answer.octets() - (before == null ? 0 : before.octets());
    answers.put(id, answer);
    forget(now);
  }

  /**
   * Sends the answer to a request again if it had one and is to be given it again.
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
        || !answer.concerns(request.getMethod())
        || !answer.source().equals(channel.remote().getAddress())) {
      return false;
    }
    Optional<SipChannel> back = answer.channel().get();
    if (answer.datagram().length > 0 && back.isPresent()) {
      back.get().send(answer.datagram());
    }
    return true;
  }

  /**
   * Whether an INVITE is answered for good that a CANCEL is for, and whose sender sent it: there is
   * nothing left to cancel, and the CANCEL is answered 200 (RFC 3261 section 9.2).
   *
   * @param invite the INVITE's transaction
   * @param channel what the CANCEL came through
   */
  boolean hasInvite(String invite, SipChannel channel) {
    Answer answer;
    synchronized (this) {
      answer = answers.get(invite);
    }
    return answer != null
        && answer.method().equals(Request.INVITE)
        && answer.channel().get().filter(kept -> kept.isReachedBy(channel)).isPresent();
  }

  /**
   * What an INVITE that is answered for good came through; empty when it is not kept, or closed.
   */
  synchronized Optional<SipChannel> channelOfInvite(String transaction) {
    return Optional.ofNullable(answers.get(transaction))
        .filter(answer -> answer.method().equals(Request.INVITE))
        .flatMap(answer -> answer.channel().get());
  }

  /** Whether something of a transaction is kept; what it is for a request is not looked at. */
  synchronized boolean has(String transaction) {
    return answers.containsKey(transaction);
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
