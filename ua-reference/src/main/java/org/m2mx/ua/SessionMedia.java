package org.m2mx.ua;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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

  private Descriptions descriptions;
  private Way way;
  private boolean closed;

  SessionMedia(
      UserAgent userAgent,
      InviteDialog dialog,
      Descriptions descriptions,
      Resumption resumption,
      DataChannel connection,
      SessionHole hole) {
    this.userAgent = userAgent;
    this.dialog = dialog;
    this.descriptions = descriptions;
    this.stream =
        resumption == null
            ? null
            : new ResumableChannel(
                connection,
                Math.min(Resumption.OWN.window(), resumption.window()),
                ResumableChannel.PATIENCE);
    this.way = way(connection, hole);
    dialog.ended().thenAccept(this::ended);
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

  boolean isCaller() {
    return dialog.isCaller();
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

  private void ended(InviteDialog.End end) {
    if (stream != null) {
      stream.sessionEnded(end != InviteDialog.End.LOST);
    }
    synchronized (this) {
      notifyAll();
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

  /** Closes channel and hole, and those that may still come. */
  void close() {
    Way last;
    synchronized (this) {
      closed = true;
      last = way;
      notifyAll();
    }
    last.hole().close();
    try {
      last.channel().close();
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
        InetAddress own = ownAddress(way().remote());
        boolean moved = !own.equals(way().local().getAddress()) || isInterrupted();
        InviteDialog.Reanswered answered =
            moved ? move(own) : dialog.reinvite(descriptions().own().toString());
        if (answered.isAccepted()) {
          return moved;
        }
        if (!answered.isCrossed() || attempt == MOST_ATTEMPTS) {
          throw refused(answered.status());
        }
      } finally {
        changing.unlock();
      }
      Thread.sleep(ThreadLocalRandom.current().nextLong(LONGEST_PAUSE_MILLIS));
    }
  }

  /** Asks for another connection in place of one that was lost, unless there is another already. */
  boolean repair() throws UserAgentException, InterruptedException {
    return isWithoutConnection() && follow();
  }

  /** Says whether the session stands and its stream has no connection. */
  boolean isWithoutConnection() {
    return isInterrupted() && !dialog.ended().isDone();
  }

  private boolean isInterrupted() {
    return stream != null && stream.isSuspended();
  }

  private Resumption resumption() {
    return stream == null ? null : Resumption.OWN;
  }

  private UserAgentException refused(int status) {
    return new UserAgentException(
        UserAgentException.Reason.REFUSED,
        dialog.peer() + " has answered the new address with " + status,
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
          UserAgentException.Reason.DATA_CHANNEL,
          "There is no way to " + dialog.peer() + " from here now: " + e.getMessage(),
          "Check this machine's network",
          e);
    }
  }

  private InviteDialog.Reanswered move(InetAddress own)
      throws UserAgentException, InterruptedException {
    SessionDescription last = descriptions().own();
    DataProtocol protocol = way().channel().dataProtocol();
    try (DataEndpoint endpoint = userAgent.listen(protocol, own);
        OfferedHoles holes =
            userAgent.offerHoles(
                Map.of(protocol, endpoint.address()), way().remote().getAddress())) {
      Offer offer =
          Offer.again(
              last,
              protocol,
              holes.addresses().get(protocol),
              userAgent.device().credential(),
              userAgent.newTlsId(),
              resumption());
      InviteDialog.Reanswered answered = dialog.reinvite(offer.description().toString());
      if (answered.isAccepted()) {
        SessionDescription answer = SessionDescription.parse(answered.answer());
        Agreement agreement = offer.settle(answer);
        requireResumption(agreement);
        describe(new Descriptions(offer.description(), answer.origin()));
        replace(endpoint, agreement, userAgent.hole(dialog, holes, endpoint, agreement));
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

  private synchronized void describe(Descriptions said) {
    descriptions = said;
  }

  /** The old channel ends first: its address may be another's already. */
  private void replace(DataEndpoint endpoint, Agreement agreement, SessionHole hole)
      throws UserAgentException {
    Way old = way();
    old.hole().close();
    endConnection(old);
    DataChannel connection = userAgent.openChannel(dialog, endpoint, agreement, hole);
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
            UserAgentException.Reason.PEER_CHANGED,
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
   * The peer has moved, or only makes sure that this side is still there.
   *
   * @return whether data goes by another channel now
   * @throws UserAgentException if the session could not follow
   */
  boolean reinvited(ReceivedReinvite reinvite) throws UserAgentException {
    changing.lock();
    try {
      SessionDescription offered = SessionDescription.parse(reinvite.offer());
      Descriptions before = descriptions();
      if (offered.origin().equals(before.peerOrigin())) {
        reinvite.accept(before.own().toString());
        return false;
      }
      ReceivedOffer offer = ReceivedOffer.accept(offered, List.of(way().channel().dataProtocol()));
      if (stream == null) {
        offer = offer.withoutResumption();
      }
      requireResumption(offer.agreement());
      answer(reinvite, offered, offer, before.own());
      return true;
    } catch (SdpException e) {
      reinvite.refuse(NOT_ACCEPTABLE_HERE, e.getMessage());
      throw new UserAgentException(
          UserAgentException.Reason.NO_COMMON_PROTOCOL,
          dialog.peer() + " offers something else, which cannot be: " + e.getMessage(),
          "Go on as before, or call again",
          e);
    } finally {
      changing.unlock();
    }
  }

  private void answer(
      ReceivedReinvite reinvite,
      SessionDescription offered,
      ReceivedOffer offer,
      SessionDescription last)
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
              last,
              hole.outside().orElse(endpoint.address()),
              userAgent.device().credential(),
              userAgent.newTlsId());
      reinvite.accept(answer.toString());
      accepted = true;
      describe(new Descriptions(answer, offered.origin()));
      replace(endpoint, agreement, hole);
    } catch (UserAgentException e) {
      if (!accepted) {
        hole.close();
        reinvite.refuse(NOT_ACCEPTABLE_HERE, e.problem());
      }
      throw e;
    } finally {
      if (endpoint != null) {
        endpoint.close();
      }
    }
  }
}
