package org.m2mx.bench.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.m2mx.bench.BenchException;

/**
 * A cable between two network interfaces on which every frame takes its time, as from one home to
 * another. The kernel's own means, {@code tc netem}, is not in every kernel; so socat hands frames
 * over. Needs root.
 */
final class LongCable implements AutoCloseable {
  private static final Path SOCAT = Path.of("/usr/bin/socat");
  private static final Path TUN = Path.of("/dev/net/tun");
  private static final int LONGEST_FRAME = 2048;

  /** As many as fit a busy cable; further ones are lost, as on a real one. */
  private static final int FRAMES = 8192;

  private static final int PATIENCE_MILLIS = 10_000;

  private final List<End> ends;

  /**
   * A frame on its way.
   *
   * @param due when it is through, of {@link System#nanoTime}
   */
  private record Frame(byte[] content, long due) {}

  /** One interface, and the socket by which its frames come and go. */
  private static final class End implements AutoCloseable {
    private final DatagramSocket socket;
    private final Process socat;
    private final SocketAddress peer;
    private final BlockingQueue<Frame> towards = new ArrayBlockingQueue<>(FRAMES);
    private final List<Thread> carriers = new ArrayList<>();

    End(String name) throws IOException {
      InetAddress loopback = InetAddress.getByName("127.0.0.1");
      socket = new DatagramSocket(new InetSocketAddress(loopback, 0));
      socat =
          new ProcessBuilder(
                  SOCAT.toString(),
                  "-b" + LONGEST_FRAME,
                  "TUN,tun-type=tap,iff-no-pi,iff-up,tun-name=" + name,
                  "UDP4:127.0.0.1:" + socket.getLocalPort())
              .inheritIO()
              .start();
      try {
        // An interface that is up asks for routers, by which its socat's port is known.
        DatagramPacket first = packet();
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.receive(first);
        socket.setSoTimeout(0);
        peer = first.getSocketAddress();
      } catch (SocketTimeoutException e) {
        close();
        throw new BenchException("socat did not make a network interface", e);
      } catch (IOException e) {
        close();
        throw e;
      }
    }

    /** Takes what comes out of this interface to another. */
    void carry(End other, Duration delay) {
      start(
          () -> {
            DatagramPacket packet = packet();
            while (true) {
              packet.setLength(LONGEST_FRAME);
              socket.receive(packet);
              byte[] content = Arrays.copyOf(packet.getData(), packet.getLength());
              other.towards.offer(new Frame(content, System.nanoTime() + delay.toNanos()));
            }
          });
      start(
          () -> {
            while (true) {
              Frame frame = towards.take();
              for (long left = frame.due() - System.nanoTime();
                  left > 0;
                  left = frame.due() - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              socket.send(new DatagramPacket(frame.content(), frame.content().length, peer));
            }
          });
    }

    private void start(Carrying carrying) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  carrying.run();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } catch (IOException e) {
                  if (!socket.isClosed()) {
                    throw new UncheckedIOException("the long cable broke", e);
                  }
                }
              },
              "long-cable");
      thread.setDaemon(true);
      thread.start();
      carriers.add(thread);
    }

    @Override
    public void close() {
      socket.close();
      carriers.forEach(Thread::interrupt);
      socat.destroy();
    }
  }

  /** Goes on for ever. */
  @FunctionalInterface
  private interface Carrying {
    void run() throws IOException, InterruptedException;
  }

  /** Returns why there can be none here, for root; empty if there can. */
  static Optional<String> obstacle() {
    if (!Files.isExecutable(SOCAT)) {
      return Optional.of("there is no socat (Debian: socat)");
    }
    return Files.exists(TUN) ? Optional.empty() : Optional.of("there is no " + TUN);
  }

  /**
   * Makes two interfaces, which may be moved to where they are wanted, and lays the cable between
   * them.
   *
   * @param one the name of an interface
   * @param other the name of the other
   * @param delay how long a frame takes from one to the other
   */
  LongCable(String one, String other, Duration delay) throws IOException {
    End first = new End(one);
    try {
      ends = List.of(first, new End(other));
    } catch (IOException | BenchException e) {
      first.close();
      throw e;
    }
    ends.get(0).carry(ends.get(1), delay);
    ends.get(1).carry(ends.get(0), delay);
  }

  private static DatagramPacket packet() {
    return new DatagramPacket(new byte[LONGEST_FRAME], LONGEST_FRAME);
  }

  /** Takes the cable and its interfaces away. */
  @Override
  public void close() {
    ends.forEach(End::close);
  }
}
