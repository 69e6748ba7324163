package org.m2mx.bench.command;

import java.io.IOException;
import org.m2mx.bench.server.SipServer;
import picocli.CommandLine.Command;

/** {@code bench register}. */
@Command(
    name = "register",
    description =
        "REGISTER, 401, REGISTER with digest SHA-256, 200; the binding on the disk before the 200.",
    mixinStandardHelpOptions = true)
public final class RegisterCommand extends LoadCommand {
  /** For picocli. */
  public RegisterCommand() {
    super("REGISTER", 2000);
  }

  @Override
  Rounds.Load open(SipServer server, int accounts) throws IOException {
    return new RegisterLoad(server, accounts);
  }
}
