package org.m2mx.bench.command;

import java.io.IOException;
import org.m2mx.bench.server.SipServer;
import picocli.CommandLine.Command;

/** {@code bench invite}. */
@Command(
    name = "invite",
    description =
        "INVITE, 407, INVITE with digest SHA-256, 180, 200, ACK, BYE, 200, between permitted subscribers.",
    mixinStandardHelpOptions = true)
public final class InviteCommand extends LoadCommand {
  /** For picocli. */
  public InviteCommand() {
    super("call", 1000);
  }

  @Override
  Rounds.Load open(SipServer server, int accounts) throws IOException {
    return new InviteLoad(server, accounts);
  }
}
