package org.m2mx.tests.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Debian's baresip: a SIP client that nobody here wrote, as a process of its own. */
public final class Baresip implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/bin/baresip");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final Path output;
  private final InetSocketAddress console;

  private Baresip(Process process, Path output, InetSocketAddress console) {
    this.process = process;
    this.output = output;
    this.console = console;
  }

  /** Whether it is there. */
  public static boolean isInstalled() {
    return Files.isExecutable(PROGRAM);
  }

  /**
   * Starts it. It registers and answers every call by itself; there is no sound card.
   *
   * @param folder empty, for its files
   * @param user the user part of its AOR
   * @param server where to register, over TLS
   * @param trustAnchor PEM file; the server's certificate must be from there
   */
  public static Baresip start(
      Path folder,
      String user,
      String domain,
      String password,
      InetSocketAddress server,
      Path trustAnchor)
      throws IOException {
    InetSocketAddress console = freePort();
    String host = server.getAddress().getHostAddress();
    Files.writeString(
        folder.resolve("config"),
        """
        sip_listen %s:0
        sip_cafile %s
        audio_player aubridge,loop
        audio_alert aubridge,alert
        audio_source aubridge,loop
        module_path /usr/lib/baresip/modules
        module cons.so
        module g711.so
        module aubridge.so
        module_tmp account.so
        module_app menu.so
        cons_listen %s:%d
        """
            .formatted(host, trustAnchor, host, console.getPort()));
    Files.writeString(
        folder.resolve("accounts"),
        "<sip:%s@%s;transport=tls>;auth_user=%s;auth_pass=%s;outbound=\"sip:%s:%d;transport=tls\";regint=600;answermode=auto\n"
            .formatted(user, domain, user, password, host, server.getPort()));
    Files.createFile(folder.resolve("contacts"));
    Path output = folder.resolve("output");
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "-f", folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    return new Baresip(process, output, console);
  }

  private static InetSocketAddress freePort() throws IOException {
    InetAddress loopback = InetAddress.getByName("127.0.0.1");
    try (DatagramSocket socket = new DatagramSocket(0, loopback)) {
      return new InetSocketAddress(loopback, socket.getLocalPort());
    }
  }

  /** Gives it a command such as {@code /hangup}. */
  public void command(String command) throws IOException {
    byte[] line = (command + "\n").getBytes(UTF_8);
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.send(new DatagramPacket(line, line.length, console));
    }
  }

  /** Waits until it has said something. */
  public void await(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!output().contains(text)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError("baresip never said '" + text + "' but:\n" + output());
      }
      Thread.sleep(50);
    }
  }

  /** What it has said. */
  public String output() throws IOException {
    return new String(Files.readAllBytes(output), UTF_8);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
