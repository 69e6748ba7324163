package org.m2mx.ua.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.DataProtocol;

/** Passes bytes between a session's channel and streams of this process, both ways at once. */
final class Piping {
  private static final int BUFFER = 64 * 1024;
  private static final long BYE_SECONDS = 30;

  /**
   * How long a session whose channel has broken may take to follow a side that has moved: that it
   * has is noticed within seconds, and told when the server is there.
   */
  static final Duration FOLLOWING = Duration.ofSeconds(10);

  /** A peer's program may take its time. */
  private static final Duration FOR_EVER = DataChannel.LONGEST_WAIT;

  /** Packets have no end; the caller takes this long a silence for one. */
  private static final long STILL_MILLIS = 2_000;

  private Piping() {}

  /**
   * Passes bytes until both directions have ended, or the peer has ended the session.
   *
   * @param in what to send; its end is passed on
   * @param out where what is received goes
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if something was lost
   */
  static void both(Session session, InputStream in, OutputStream out) throws UserAgentException {
    pass(session, in, out, new CompletableFuture<>());
  }

  /**
   * Does the same for the side that has called: it ends a session of packets once nothing has come
   * for a while after the end of what is to send.
   *
   * @param in what to send; its end is passed on
   * @param out where what is received goes
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if something was lost
   */
  static void calling(Session session, InputStream in, OutputStream out) throws UserAgentException {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    if (session.channel().packetLimit().isPresent()) {
      sent.thenRunAsync(() -> closeWhenStill(session));
    }
    pass(session, in, out, sent);
  }

  private static void closeWhenStill(Session session) {
    long before;
    do {
      before = session.channel().bytesReceived();
      session.ended().completeOnTimeout(null, STILL_MILLIS, TimeUnit.MILLISECONDS).join();
    } while (session.channel().bytesReceived() != before);
    session.close();
  }

  private static void pass(
      Session session, InputStream in, OutputStream out, CompletableFuture<Void> sent)
      throws UserAgentException {
    Thread sender = new Thread(() -> send(in, session, sent), "m2mx-ua-sender");
    sender.setDaemon(true);
    sender.start();
    try {
      copy(input(session), out);
      CompletableFuture.anyOf(sent, session.ended()).join();
      if (sent.isDone()) {
        sent.join();
      } else {
        requireTaken(session.channel());
      }
    } catch (IOException e) {
      throw brokenPipe(session, failure(sent).orElse(e));
    } catch (CompletionException e) {
      throw brokenPipe(session, e.getCause());
    }
  }

  /** What has come is on standard output, and nobody can go on from there. */
  private static UserAgentException brokenPipe(Session session, Throwable e) {
    if (e instanceof StandardStreamException standard) {
      session.breakOff();
      return standard.told();
    }
    UserAgentException failure =
        new UserAgentException(
            Reason.DATA_CHANNEL,
            "The data channel to "
                + session.peer()
                + " broke after "
                + session.channel().bytesReceived()
                + " bytes had come and "
                + session.channel().bytesSent()
                + " were sent: "
                + e.getMessage(),
            "Begin again; m2mx-ua send and receive go on where a file broke off",
            e);
    session.breakOff();
    return failure;
  }

  /**
   * Where both directions have failed, this one did first: it ends the session if it cannot go on.
   */
  private static Optional<Throwable> failure(CompletableFuture<Void> sent) {
    try {
      sent.getNow(null);
      return Optional.empty();
    } catch (CompletionException e) {
      return Optional.of(e.getCause());
    }
  }

  /** What comes; packets by whichever channel carries them, a stream until it ends or breaks. */
  static InputStream input(Session session) {
    DataChannel channel = session.channel();
    return channel.packetLimit().isPresent() ? FollowingPackets.input(session) : channel.input();
  }

  private static void send(InputStream in, Session session, CompletableFuture<Void> sent) {
    try {
      copyAndEnd(in, session);
      sent.complete(null);
    } catch (StandardStreamException e) {
      sent.completeExceptionally(e);
      session.breakOff();
    } catch (IOException e) {
      sent.completeExceptionally(e);
    }
  }

  /**
   * Sends until the input ends, and passes its end on.
   *
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if something was lost
   */
  static void send(InputStream in, Session session) throws UserAgentException {
    try {
      copyAndEnd(in, session);
    } catch (IOException e) {
      throw broken(session, e);
    }
  }

  private static void copyAndEnd(InputStream in, Session session) throws IOException {
    DataChannel channel = session.channel();
    if (channel.packetLimit().isPresent()) {
      copy(in, FollowingPackets.output(session));
    } else {
      copyAndEnd(in, channel);
    }
  }

  /** Once it returns nothing more has to be sent again, whoever moves. */
  private static void copyAndEnd(InputStream in, DataChannel channel) throws IOException {
    copy(in, channel.output());
    channel.endOutput();
    requireTaken(channel);
  }

  private static void requireTaken(DataChannel channel) throws IOException {
    if (!channel.awaitTaken(FOR_EVER)) {
      throw new IOException("the peer has ended the session, and may not have got everything");
    }
  }

  /**
   * Sends back whatever comes, by whichever channel, and leaves the BYE to the caller for a while.
   */
  static void echo(Session session) throws UserAgentException, InterruptedException {
    DataChannel channel = session.channel();
    if (channel.packetLimit().isPresent()) {
      send(FollowingPackets.input(session), session);
    } else {
      boolean ended = false;
      while (!ended) {
        try {
          copyAndEnd(channel.input(), channel);
          ended = true;
        } catch (IOException e) {
          channel = next(session, channel, e);
        }
      }
    }
    awaitBye(session);
  }

  /**
   * Waits for the channel that takes the place of a broken one because a side has moved.
   *
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if none comes
   * @throws InterruptedException if the waiting thread is interrupted
   */
  static DataChannel next(Session session, DataChannel before, IOException cause)
      throws UserAgentException, InterruptedException {
    Optional<DataChannel> next = session.next(before, FOLLOWING);
    if (next.isEmpty()) {
      throw broken(session, cause);
    }
    return next.get();
  }

  /** Gives a caller that has had everything the time to say BYE. */
  static void awaitBye(Session session) {
    session.ended().completeOnTimeout(null, BYE_SECONDS, TimeUnit.SECONDS).join();
  }

  /**
   * Returns the channel of a service that needs a stream.
   *
   * @throws UserAgentException with reason {@code NO_COMMON_PROTOCOL} if it carries packets
   */
  static DataChannel stream(Session session) throws UserAgentException {
    DataChannel channel = session.channel();
    if (channel.packetLimit().isPresent()) {
      throw new UserAgentException(
          Reason.NO_COMMON_PROTOCOL,
          "The data channel to " + session.peer() + " carries packets, and a stream is needed",
          "Have both sides use " + DataProtocol.TCP_TLS);
    }
    return channel;
  }

  static UserAgentException broken(Session session, Throwable e) {
    if (e instanceof StandardStreamException standard) {
      return standard.told();
    }
    return new UserAgentException(
        Reason.DATA_CHANNEL,
        "The data channel to " + session.peer() + " broke: " + e.getMessage(),
        "See on the peer's side why it broke off",
        e);
  }

  /** Copies to the end, and passes on each piece as it comes. */
  static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      out.flush();
    }
  }

  static Event connected(Session session) {
    DataChannel channel = session.channel();
    String text =
        "connected with "
            + session.peer()
            + ": "
            + channel.protocol()
            + " "
            + channel.cipherSuite()
            + ", "
            + IpText.of(channel.localAddress())
            + " to "
            + IpText.of(channel.remoteAddress())
            + ", peer's certificate "
            + channel.peerFingerprint()
            + " as signalled";
    return Event.of(Event.Kind.CONNECTED, text)
        .with("peer", session.peer())
        .with("callId", session.callId())
        .with("protocol", channel.protocol())
        .with("cipherSuite", channel.cipherSuite())
        .with("local", IpText.of(channel.localAddress()))
        .with("remote", IpText.of(channel.remoteAddress()))
        .with("peerFingerprint", channel.peerFingerprint())
        .with("resumable", channel.isResumable());
  }

  static Event ended(Session session) {
    DataChannel channel = session.channel();
    String text =
        "session with "
            + session.peer()
            + " ended: sent "
            + channel.bytesSent()
            + " bytes, received "
            + channel.bytesReceived();
    return Event.of(Event.Kind.ENDED, text)
        .with("peer", session.peer())
        .with("callId", session.callId())
        .with("sent", channel.bytesSent())
        .with("received", channel.bytesReceived());
  }
}
