package org.m2mx.ua.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.net.IpText;

/** Passes bytes between a session's channel and streams of this process, both ways at once. */
final class Transfer {
  private static final int BUFFER = 64 * 1024;

  private Transfer() {}

  /**
   * Passes bytes until both directions have ended, or the peer has ended the session.
   *
   * @param in what to send; its end is passed on
   * @param out where what is received goes
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if something was lost
   */
  static void both(Session session, InputStream in, OutputStream out) throws UserAgentException {
    CompletableFuture<Void> sent = new CompletableFuture<>();
    Thread sender = new Thread(() -> send(in, session.channel(), sent), "m2mx-ua-sender");
    sender.setDaemon(true);
    sender.start();
    try {
      copy(session.channel().input(), out);
      CompletableFuture.anyOf(sent, session.ended()).join();
    } catch (IOException e) {
      throw broken(session, e);
    } catch (CompletionException e) {
      throw broken(session, e.getCause());
    }
  }

  private static void send(InputStream in, DataChannel channel, CompletableFuture<Void> sent) {
    try {
      copy(in, channel.output());
      channel.endOutput();
      sent.complete(null);
    } catch (IOException e) {
      sent.completeExceptionally(e);
    }
  }

  private static UserAgentException broken(Session session, Throwable e) {
    return new UserAgentException(
        Reason.DATA_CHANNEL,
        "The data channel to " + session.peer() + " broke: " + e.getMessage(),
        "See on the peer's side why it broke off",
        e);
  }

  /** Sends back whatever comes. */
  static void echo(DataChannel channel) throws IOException {
    copy(channel.input(), channel.output());
    channel.endOutput();
  }

  /** Copies to the end, and passes on each piece as it comes. */
  private static void copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      out.write(buffer, 0, n);
      out.flush();
    }
  }

  static String describe(Session session) {
    DataChannel channel = session.channel();
    return "connected with "
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
  }

  static String summary(Session session) {
    return "session with "
        + session.peer()
        + " ended: sent "
        + session.channel().bytesSent()
        + " bytes, received "
        + session.channel().bytesReceived();
  }
}
