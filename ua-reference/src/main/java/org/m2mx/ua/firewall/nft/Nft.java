package org.m2mx.ua.firewall.nft;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.firewall.FirewallException;

/** Runs the command {@code nft}. */
@FunctionalInterface
interface Nft {

  /**
   * Runs it.
   *
   * @param script standard input, carried out as a whole or not at all
   * @param arguments the command line
   * @return its standard output
   * @throws FirewallException if it cannot be run or fails
   */
  String run(String script, String... arguments) throws FirewallException;

  /** The command of this machine. */
  static Nft ofSystem() {
    return (script, arguments) -> {
      ProcessBuilder builder = new ProcessBuilder("nft");
      builder.command().addAll(List.of(arguments));
      try {
        return finish(builder.redirectErrorStream(true).start(), script);
      } catch (IOException e) {
        throw new FirewallException("nft cannot be run: " + e.getMessage(), e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FirewallException("nft was interrupted", e);
      }
    };
  }

  private static String finish(Process process, String script)
      throws IOException, InterruptedException, FirewallException {
    CompletableFuture<Boolean> inTime =
        process.onExit().thenApply(ended -> true).completeOnTimeout(false, 3, TimeUnit.SECONDS);
    inTime.thenAccept(
        ended -> {
          if (!ended) {
            process.destroyForcibly();
          }
        });
    try (OutputStream stdin = process.getOutputStream()) {
      stdin.write(script.getBytes(StandardCharsets.US_ASCII));
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    if (code != 0) {
      throw new FirewallException("nft: " + said.lines().findFirst().orElse("exit code " + code));
    }
    return said;
  }
}
