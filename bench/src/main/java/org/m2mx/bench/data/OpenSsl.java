package org.m2mx.bench.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;

/** {@code openssl s_client} sending to {@code openssl s_server}, by TLS 1.3. */
public final class OpenSsl {
  private static final Path SOCKETS = Path.of("/proc/net/tcp");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Path device;
  private final Path zeroes;

  /**
   * Shows a device's certificate, so that both sign alike.
   *
   * @param device a device's folder
   * @param zeroes a file to be made, of the length that is sent
   */
  public OpenSsl(Path device, Path zeroes) {
    this.device = device;
    this.zeroes = zeroes;
  }

  /**
   * Sends zeroes from one to the other, with the two handshakes and the end within the time.
   *
   * @param bytes how many
   * @return what came of it
   * @throws BenchException if there is no openssl, or it fails
   */
  public Run run(long bytes) throws IOException, InterruptedException {
    try (RandomAccessFile file = new RandomAccessFile(zeroes.toFile(), "rw")) {
      file.setLength(bytes);
    }
    int port = freePort();
    long cpu = childrenMicros();
    Process server =
        start(
            List.of(
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:" + port,
                "-tls1_3",
                "-quiet",
                "-naccept",
                "1",
                "-cert",
                device.resolve("certificate.pem").toString(),
                "-key",
                device.resolve("private-key.pem").toString()));
    try {
      awaitListening(server, port);
      long start = System.nanoTime();
      Process client =
          start(
              List.of(
                  "openssl",
                  "s_client",
                  "-connect",
                  "127.0.0.1:" + port,
                  "-tls1_3",
                  "-quiet",
                  "-no_ign_eof"));
      if (client.waitFor() != 0 || server.waitFor() != 0) {
        throw new BenchException("openssl ended with " + client.exitValue());
      }
      return new Run(bytes, System.nanoTime() - start, childrenMicros() - cpu);
    } finally {
      server.destroy();
    }
  }

  /** The processor time of those that have ended is in this process's own account. */
  private static long childrenMicros() {
    return ProcessTree.endedChildrenMicros();
  }

  private static void awaitListening(Process server, int port)
      throws IOException, InterruptedException {
    String listening = String.format(" 0100007F:%04X 00000000:0000 0A ", port);
    long limit = System.nanoTime() + PATIENCE_NANOS;
    while (!Files.readString(SOCKETS).contains(listening)) {
      if (!server.isAlive() || System.nanoTime() > limit) {
        throw new BenchException("openssl s_server does not serve");
      }
      TimeUnit.MILLISECONDS.sleep(10);
    }
  }

  private Process start(List<String> command) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectInput(zeroes.toFile())
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new BenchException("openssl cannot be run: apt-get install openssl", e);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
