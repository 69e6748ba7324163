package org.m2mx.ua;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.data.DataEndpoint;
import org.m2mx.ua.firewall.SessionHole;
import org.m2mx.ua.resume.ResumableChannel;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.Offer;
import org.m2mx.ua.sdp.ReceivedOffer;
import org.m2mx.ua.sdp.Resumption;
import org.m2mx.ua.sdp.SdpException;
import org.m2mx.ua.sdp.SessionDescription;
import org.m2mx.ua.signalling.InviteDialog;
import org.m2mx.ua.signalling.ReceivedReinvite;

/**
 * What a session exchanges data by, and how that follows a side that moves (RFC 3264 section 8, RFC
 * 3261 section 14): by a new channel from the new address, through a new hole, in place of the old.
 * A stream that is resumable stays the same channel, and goes on by a new connection.
 */
final class SessionMedia {
  private static final System.Logger LOG = System.getLogger(SessionMedia.class.getName());
  private static final int NOT_ACCEPTABLE_HERE = 488;

  /** Two that move at once try again at random; more often than this they do not meet. */
  private static final int MOST_ATTEMPTS = 6;

  /** The longest wait after two re-INVITEs have crossed (RFC 3261 section 14.1). */
  private static final long LONGEST_PAUSE_MILLIS = 4_000;

  /**
   * What the two sides have said of a session.
   *
   * @param own this side's last description
   * @param peerOrigin the {@code o=} line of the peer's last one
   */
  record Descriptions(SessionDescription own, String peerOrigin) {}

  /** A channel and the hole it goes through. Its addresses outlive the channel. */
  private record Way(
      DataChannel channel, SessionHole hole, InetSocketAddress local, InetSocketAddress remote) {}

  private final UserAgent userAgent;
  private final InviteDialog dialog;

  /** What all connections carry one after the other, or null where each is a channel. */
  private final ResumableChannel stream;

  /** Held while one channel is replaced by another. */
  private final ReentrantLock changing = new ReentrantLock();

  /** Counts what the peer has offered: of two the one is over when the other is there. */
  private final AtomicInteger offers = new AtomicInteger();

  private volatile DataEndpoint opening;
  private Descriptions descriptions;

  /** This side's last offer or answer, agreed on or not: no version of it is used twice. */
  private SessionDescription said;

  /** The peer may have accepted something of which this side does not know. */
  private boolean unsettled;

  private Way way;
  private boolean closed;

  SessionMedia(
      UserAgent userAgent,
      InviteDialog dialog,
      Descriptions descriptions,
      Resumption resumption,
      Duration patience,
      DataChannel connection,
      SessionHole hole) {
    this.userAgent = userAgent;
    this.dialog = dialog;
    this.descriptions = descriptions;
    this.said = descriptions.own();
    this.stream =
        resumption == null
            ? null
            : new ResumableChannel(
                connection, Math.min(Resumption.OWN.window(), resumption.window()), patience);
    this.way = way(connection, hole);
    dialog.ended().thenAccept(end -> ended());
    dialog.ended().thenAcceptAsync(end -> abortOpening(), userAgent.threads());
  }

  private Way way(DataChannel connection, SessionHole hole) {
    return new Way(
        stream == null ? connection : stream,
        hole,
        connection.localAddress(),
        connection.remoteAddress());
  }

  /** Lets a resumable stream begin, and has somebody told when it has lost its connection. */
  void begin(Consumer<IOException> lossListener) {
    if (stream != null) {
      stream.begin(lossListener);
    }
  }

  synchronized DataChannel channel() {
    return way.channel();
  }

  /** Waits for the channel after another. */
  synchronized Optional<DataChannel> after(DataChannel before, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (way.channel() == before && !closed && !dialog.ended().isDone()) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (millis <= 0) {
        break;
      }
      wait(millis);
    }
    return way.channel() == before || closed || dialog.ended().isDone()
        ? Optional.empty()
        : Optional.of(way.channel());
  }

  private void ended() {
    if (stream != null) {
      stream.sessionEnded();
    }
    synchronized (this) {
      notifyAll();
    }
  }

  private void abortOpening() {
    DataEndpoint present = opening;
    if (present != null) {
      present.abort();
    }
  }

  /**
   * Closes the hole and what goes through it. What a stream that is resumable has got can still be
   * read.
   */
  void disconnect() {
    if (stream == null) {
      close();
    } else {
      way().hole().close();
      stream.disconnect();
    }
  }

  /** How a channel is closed. */
  private interface Closing {
    void close(DataChannel channel) throws IOException;
  }

  /** Closes channel and hole, and those that may still come. */
  void close() {
    Way last = last();
    last.hole().close();
    close(last.channel(), DataChannel::close);
  }

  /**
   * Does the same, and has the peer's program see it where its stream has not ended. A gateway may
   * take its time for the hole, in which the stream must not end.
   */
  void breakOff() {
    Way last = last();
    close(last.channel(), DataChannel::breakOff);
    last.hole().close();
  }

  private synchronized Way last() {
    closed = true;
    notifyAll();
    return way;
  }

  private void close(DataChannel channel, Closing closing) {
    try {
      closing.close(channel);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Call-ID " + dialog.callId() + ": closing the channel", e);
    }
  }

  /**
   * This side has a new connection to the server, and perhaps a new address: tells the peer, or
   * only makes sure that it is still there.
   *
   * @return whether data goes by another channel now
   * @throws UserAgentException if the session could not follow; it is over if it says so
   * @throws InterruptedException if the waiting thread is interrupted
   */
  boolean follow() throws UserAgentException, InterruptedException {
    for (int attempt = 1; true; attempt++) {
      changing.lockInterruptibly();
      try {
        Way before = way();
        InetAddress own = ownAddress(before.remote());
        boolean anew = !own.equals(before.local().getAddress()) || isInterrupted() || unsettled;
        InviteDialog.Reanswered answered =
            anew ? move(own) : dialog.reinvite(descriptions().own().toString());
        if (answered.isAccepted()) {
          return way() != before;
        }
        if (!answered.isCrossed() || attempt == MOST_ATTEMPTS) {
          throw refused(answered);
        }
      } finally {
        changing.unlock();
      }
      Thread.sleep(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS));
    }
  }

  /** Says whether the session stands and its stream has no connection. */
  boolean isWithoutConnection() {
    return isInterrupted() && !dialog.isEnding();
  }

  private boolean isInterrupted() {
    return stream != null && stream.isSuspended();
  }

  private Resumption resumption() {
    return stream == null ? null : Resumption.OWN;
  }

  private UserAgentException refused(InviteDialog.Reanswered answered) {
    return new UserAgentException(
        answered.isSilence()
            ? Reason.NO_ANSWER
            : answered.isForNow() ? Reason.BUSY : Reason.REFUSED,
        answered.isSilence()
            ? dialog.peer() + " does not answer the new address (408)"
            : dialog.peer() + " has answered the new address with " + answered.status(),
        dialog.ended().isDone()
            ? "Call again: the session is over"
            : "Go on at the old address while that is there, or call again");
  }

  private synchronized Way way() {
    return way;
  }

  private synchronized Descriptions descriptions() {
    return descriptions;
  }

  private InetAddress ownAddress(InetSocketAddress peer) throws UserAgentException {
    try {
      return userAgent.sourceAddress().towards(peer);
    } catch (IOException e) {
      throw new UserAgentException(
          Reason.DATA_CHANNEL,
          "There is no way to " + dialog.peer() + " from here now: " + e.getMessage(),
          "Check this machine's network",
          e);
    }
  }

  private InviteDialog.Reanswered move(InetAddress own)
      throws UserAgentException, InterruptedException {
    int peersOffer = offers.get();
    boolean before = unsettled;
    DataProtocol protocol = way().channel().dataProtocol();
    try (DataEndpoint endpoint = userAgent.listen(protocol, own);
        OfferedHoles holes =
            userAgent.offerHoles(
                Map.of(protocol, endpoint.address()), way().remote().getAddress())) {
      Offer offer =
          Offer.again(
              said,
              protocol,
              holes.addresses().get(protocol),
              userAgent.device().credential(),
              userAgent.newTlsId(),
              resumption());
      said = offer.description();
      unsettled = true;
      InviteDialog.Reanswered answered = dialog.reinvite(said.toString());
      if (answered.isAccepted()) {
        SessionDescription answer = SessionDescription.parse(answered.answer());
        Agreement agreement = offer.settle(answer);
        requireResumption(agreement);
        describe(new Descriptions(said, answer.origin()));
        SessionHole hole = userAgent.hole(dialog, holes, endpoint, agreement);
        replace(endpoint, agreement, hole, peersOffer);
      } else if (!answered.isSilence()) {
        unsettled = before;
      }
      return answered;
    } catch (SdpException e) {
      throw UserAgent.misfit(dialog, e);
    }
  }

  /** A stream cannot go on if only one side knows where it was. */
  private void requireResumption(Agreement agreement) throws SdpException {
    if (stream != null && agreement.resumption() == null) {
      throw new SdpException("the stream of this session goes on with a=m2mx-resume only");
    }
  }

  private synchronized void describe(Descriptions agreed) {
    descriptions = agreed;
    unsettled = false;
  }

  /**
   * The old channel ends first: its address may be another's already.
   *
   * @param peersOffer the number of the peer's last offer, if there is another the two have gone on
   * @return whether there is a new channel; not if the peer has offered another meanwhile
   */
  private boolean replace(
      DataEndpoint endpoint, Agreement agreement, SessionHole hole, int peersOffer)
      throws UserAgentException {
    Way old = way();
    old.hole().close();
    endConnection(old);
    DataChannel connection;
    opening = endpoint;
    try {
      if (isSuperseded(peersOffer) || dialog.ended().isDone()) {
        endpoint.abort();
      }
      connection =
          userAgent.openChannel(
              dialog,
              endpoint,
              agreement,
              hole,
              failure -> !(isOnlyLate(failure) && (stream != null || isSuperseded(peersOffer))));
    } catch (UserAgentException e) {
      if (isOnlyLate(e) && isSuperseded(peersOffer)) {
        return false;
      }
      throw e;
    } finally {
      opening = null;
    }
    if (stream != null) {
      resume(connection, hole);
    }
    boolean late;
    synchronized (this) {
      way = way(connection, hole);
      late = closed;
      notifyAll();
    }
    if (late) {
      close();
    }
    return true;
  }

  private boolean isSuperseded(int peersOffer) {
    return offers.get() != peersOffer;
  }

  /** A stream waits for another connection then; a session that has no channel is over. */
  private static boolean isOnlyLate(UserAgentException failure) {
    return failure.reason() == Reason.NO_PATH || failure.reason() == Reason.DATA_CHANNEL;
  }

  private void endConnection(Way old) {
    if (stream != null) {
      stream.suspend();
      return;
    }
    try {
      old.channel().abort();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Call-ID " + dialog.callId() + ": the old channel", e);
    }
  }

  /** A stream goes on to the device where it has begun, and not to another of the same name. */
  private void resume(DataChannel connection, SessionHole hole) throws UserAgentException {
    Fingerprint before = stream.peerFingerprint();
    if (connection.peerFingerprint().equals(before)) {
      stream.resume(connection);
      return;
    }
    hole.close();
    dialog.bye();
    UserAgentException failure =
        new UserAgentException(
            Reason.PEER_CHANGED,
            "The stream with "
                + dialog.peer()
                + " would go on to another device, "
                + connection.peerFingerprint()
                + " in place of "
                + before,
            "Call again");
    try {
      connection.abort();
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    throw failure;
  }

  /**
   * The peer has moved, or only makes sure that this side is still there. What it has offered
   * before, and has perhaps not seen accepted, is over.
   *
   * @return whether data goes by another channel now
   * @throws UserAgentException if the session could not follow
   */
  boolean reinvited(ReceivedReinvite reinvite) throws UserAgentException {
    try (reinvite) {
      SessionDescription offered = SessionDescription.parse(reinvite.offer());
      boolean anew = !offered.origin().equals(descriptions().peerOrigin());
      int number = anew ? offers.incrementAndGet() : offers.get();
      if (anew) {
        abortOpening();
      }
      changing.lock();
      try {
        return reinvited(reinvite, offered, number);
      } finally {
        changing.unlock();
      }
    } catch (SdpException e) {
      reinvite.refuse(NOT_ACCEPTABLE_HERE, e.getMessage());
      throw new UserAgentException(
          Reason.NO_COMMON_PROTOCOL,
          dialog.peer() + " offers something else, which cannot be: " + e.getMessage(),
          "Go on as before, or call again",
          e);
    }
  }

  private boolean reinvited(ReceivedReinvite reinvite, SessionDescription offered, int number)
      throws UserAgentException, SdpException {
    if (offered.origin().equals(descriptions().peerOrigin())) {
      reinvite.accept(descriptions().own().toString());
      return false;
    }
    ReceivedOffer offer = ReceivedOffer.accept(offered, List.of(way().channel().dataProtocol()));
    if (stream == null) {
      offer = offer.withoutResumption();
    }
    requireResumption(offer.agreement());
    return answer(reinvite, offered, offer, number);
  }

  private boolean answer(
      ReceivedReinvite reinvite, SessionDescription offered, ReceivedOffer offer, int number)
      throws UserAgentException {
    Agreement agreement = offer.agreement();
    SessionHole hole = SessionHole.NONE;
    DataEndpoint endpoint = null;
    boolean accepted = false;
    try {
      endpoint = userAgent.listen(agreement.protocol(), ownAddress(offer.peer()));
      endpoint.prepare(agreement);
      hole = userAgent.openHole(endpoint, agreement);
      SessionDescription answer =
          offer.answer(
              said,
              hole.outside().orElse(endpoint.address()),
              userAgent.device().credential(),
              userAgent.newTlsId());
      said = answer;
      reinvite.accept(answer.toString());
      accepted = true;
      describe(new Descriptions(answer, offered.origin()));
      return replace(endpoint, agreement, hole, number);
    } catch (UserAgentException e) {
      if (!accepted) {
        reinvite.refuse(NOT_ACCEPTABLE_HERE, e.problem());
      }
      throw e;
    } finally {
      if (!accepted) {
        hole.close();
      }
      if (endpoint != null) {
        endpoint.close();
      }
    }
  }
}
