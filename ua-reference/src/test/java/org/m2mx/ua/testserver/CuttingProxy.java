package org.m2mx.ua.testserver;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes TCP connections on, and cuts the first after so many bytes from the connecting side. */
public final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final AtomicInteger connections = new AtomicInteger();
  private final long cutAfter;
  private final Runnable before;
  private volatile int target;

  /** Listens on an address. */
  public CuttingProxy(InetAddress address, long cutAfter) throws IOException {
    this(address, cutAfter, () -> {});
  }

  /** Has something done before it cuts. */
  public CuttingProxy(InetAddress address, long cutAfter, Runnable before) throws IOException {
    this.listener = new ServerSocket(0, 10, address);
    this.cutAfter = cutAfter;
    this.before = before;
    daemon(this::accept);
  }

  /** Says where connections go from now on, and returns the port that leads there. */
  public int to(int port) {
    target = port;
    return listener.getLocalPort();
  }

  /** Returns how many connections have come. */
  public int connections() {
    return connections.get();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "cutting-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = listener.accept();
        Socket far = new Socket(listener.getInetAddress(), target);
        long limit = connections.incrementAndGet() == 1 ? cutAfter : Long.MAX_VALUE;
        daemon(() -> pass(near, far, limit));
        daemon(() -> pass(far, near, Long.MAX_VALUE));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pass(Socket from, Socket to, long limit) {
    byte[] buffer = new byte[16 * 1024];
    long passed = 0;
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        passed += n;
        if (passed > limit) {
          before.run();
          from.close();
          to.close();
          return;
        }
        out.write(buffer, 0, n);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      // One of the two has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }
}
