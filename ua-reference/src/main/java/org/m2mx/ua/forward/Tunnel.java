package org.m2mx.ua.forward;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * One connection in a {@link Link}: a socket of this side, and the frames of its own. It holds no
 * more than a window of bytes, since its peer sends no more before the socket has taken them.
 */
final class Tunnel {
  /** How many bytes may be on their way in each direction. */
  static final int WINDOW = 256 * 1024;

  private static final System.Logger LOG = System.getLogger(Tunnel.class.getName());
  private static final byte[] NO_MORE = {};

  private final int id;
  private final int port;
  private final Link link;
  private final Deque<byte[]> inbox = new ArrayDeque<>();
  private Socket socket;
  private int held;
  private int credit = WINDOW;
  private boolean ended;
  private boolean over;
  private int directionsLeft = 2;
  private long sent;
  private long received;

  Tunnel(int id, int port, Link link) {
    this.id = id;
    this.port = port;
    this.link = link;
  }

  int port() {
    return port;
  }

  /** Returns how many bytes have gone to the peer. */
  synchronized long sent() {
    return sent;
  }

  /** Returns how many bytes have come from the peer and gone on to the socket. */
  synchronized long received() {
    return received;
  }

  /** Gives the tunnel its socket, before it is joined. */
  synchronized void hold(Socket held) {
    socket = held;
    if (over) {
      closeSocket();
    }
  }

  /** Passes bytes on in both directions from now on. */
  void join(Executor threads) {
    try {
      threads.execute(this::pumpOut);
      threads.execute(this::pumpIn);
    } catch (RejectedExecutionException e) {
      LOG.log(System.Logger.Level.DEBUG, "The link ended meanwhile", e);
      reset();
    }
  }

  private void pumpOut() {
    byte[] buffer = new byte[Frame.LONGEST];
    try {
      InputStream in = socket.getInputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        int from = 0;
        while (from < n) {
          int share = awaitCredit(n - from);
          link.write(
              new Frame(Frame.Type.DATA, id, Arrays.copyOfRange(buffer, from, from + share)));
          from += share;
        }
      }
      link.write(Frame.of(Frame.Type.END, id));
      directionOver();
    } catch (IOException e) {
      breakOff(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private synchronized int awaitCredit(int wanted) throws InterruptedException, IOException {
    while (credit == 0 && !over) {
      wait();
    }
    if (over) {
      throw new IOException("the connection is over");
    }
    int share = Math.min(credit, wanted);
    credit -= share;
    sent += share;
    return share;
  }

  private void pumpIn() {
    int owed = 0;
    try {
      OutputStream out = socket.getOutputStream();
      for (byte[] bytes = take(); bytes != NO_MORE; bytes = take()) {
        out.write(bytes);
        owed += bytes.length;
        if (taken(bytes.length) == 0 || owed >= WINDOW / 4) {
          link.write(Frame.window(id, owed));
          owed = 0;
        }
      }
      socket.shutdownOutput();
      directionOver();
    } catch (IOException e) {
      breakOff(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reset();
    }
  }

  private synchronized byte[] take() throws InterruptedException, IOException {
    while (inbox.isEmpty() && !ended && !over) {
      wait();
    }
    if (over) {
      throw new IOException("the connection is over");
    }
    return inbox.isEmpty() ? NO_MORE : inbox.removeFirst();
  }

  /** The socket has taken bytes; returns how many are still held. */
  private synchronized int taken(int count) {
    held -= count;
    received += count;
    return held;
  }

  private void directionOver() {
    synchronized (this) {
      directionsLeft--;
      if (directionsLeft > 0) {
        return;
      }
    }
    reset();
  }

  /** This side's socket broke, or the link did; the peer is told where that is still possible. */
  private void breakOff(IOException cause) {
    synchronized (this) {
      if (over) {
        return;
      }
    }
    LOG.log(System.Logger.Level.DEBUG, "Connection to port " + port, cause);
    try {
      link.write(Frame.of(Frame.Type.RESET, id));
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The link is broken", e);
    }
    reset();
  }

  /** Bytes have come from the peer. */
  synchronized void received(byte[] bytes) throws ForwardException {
    if (ended || held + bytes.length > WINDOW) {
      throw new ForwardException("The peer sent more than the window lets it");
    }
    if (!over && bytes.length > 0) {
      held += bytes.length;
      inbox.addLast(bytes);
      notifyAll();
    }
  }

  /** The peer lets this side send more. */
  synchronized void credited(int count) throws ForwardException {
    if (count < 1 || count > WINDOW - credit) {
      throw new ForwardException("The peer opened a window of " + count + " bytes");
    }
    credit += count;
    notifyAll();
  }

  /** The peer has no more bytes. */
  synchronized void ended() {
    ended = true;
    notifyAll();
  }

  /** Ends the connection without a word. */
  void reset() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      inbox.clear();
      closeSocket();
      notifyAll();
    }
    link.forget(id, this);
  }

  private void closeSocket() {
    if (socket == null) {
      return;
    }
    try {
      if (directionsLeft > 0) {
        // A reset, so that the program at the other end does not take this for the end.
        socket.setSoLinger(true, 0);
      }
      socket.close();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Closing a socket", e);
    }
  }
}
