package org.m2mx.ua.cli;

import java.nio.file.Path;
import org.m2mx.ua.ike.Charon;
import picocli.CommandLine.Option;

/** The option that says where the IKE daemon is. */
final class IkeOptions {
  @Option(
      names = "--vici",
      paramLabel = "SOCKET",
      defaultValue = "/run/charon.vici",
      description =
          "The socket of strongSwan's IKE daemon, for ike-esp-udpencap (default: ${DEFAULT-VALUE}).")
  private Path vici;

  /** Returns the daemon, which need not be there. */
  Charon charon() {
    return new Charon(vici);
  }
}
