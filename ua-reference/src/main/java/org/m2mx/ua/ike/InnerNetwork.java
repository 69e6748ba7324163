package org.m2mx.ua.ike;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.net.IpText;

/** What this machine knows of the addresses inside tunnels. */
interface InnerNetwork {
  /** How long {@code ip} may take, which it does at once. */
  long LIMIT_SECONDS = 3;

  /**
   * Gives this machine its address inside, and has what is for the peer's go through the tunnel or
   * nowhere: without that it would leave in the clear once the tunnel is gone.
   */
  void join(InetAddress inside, InetAddress peerInside) throws IOException;

  /** Undoes both, when nothing is left to be sent. */
  void leave(InetAddress inside, InetAddress peerInside) throws IOException;

  /**
   * Takes the address back only: the system may still have something to send for a program that was
   * killed.
   */
  void abandon(InetAddress inside) throws IOException;

  /** By the command {@code ip}, with the loopback interface. */
  static InnerNetwork ofSystem() {
    return new InnerNetwork() {
      @Override
      public void join(InetAddress inside, InetAddress peerInside) throws IOException {
        run(
            List.of("ip", "-6", "-batch", "-"),
            "address replace " + IpText.of(inside) + "/128 dev lo nodad\n",
            "route replace unreachable " + IpText.of(peerInside) + "/128\n");
      }

      @Override
      public void leave(InetAddress inside, InetAddress peerInside) throws IOException {
        run(
            List.of("ip", "-6", "-force", "-batch", "-"),
            "address delete " + IpText.of(inside) + "/128 dev lo\n",
            "route delete unreachable " + IpText.of(peerInside) + "/128\n");
      }

      @Override
      public void abandon(InetAddress inside) throws IOException {
        run(
            List.of("ip", "-6", "-batch", "-"),
            "address delete " + IpText.of(inside) + "/128 dev lo\n");
      }
    };
  }

  private static void run(List<String> command, String... orders) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().write(String.join("", orders).getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().close();
    try {
      // What it says is less than what fits between the processes.
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("ip: not done after " + LIMIT_SECONDS + " s");
      }
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.exitValue();
      if (code != 0) {
        throw new IOException(
            "ip: " + said.lines().findFirst().orElse("exit code " + code).strip());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("ip was interrupted");
    } finally {
      process.destroyForcibly();
    }
  }
}
