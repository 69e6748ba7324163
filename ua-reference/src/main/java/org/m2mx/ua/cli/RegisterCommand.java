package org.m2mx.ua.cli;

import java.util.concurrent.Callable;
import org.m2mx.ua.Registration;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.firewall.FirewallPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code m2mx-ua register}. */
@Command(
    name = "register",
    description = "Registers the account's name and keeps it registered until Ctrl-C.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The registration is refreshed before it expires, and made anew when the",
      "connection breaks or this machine's address changes. What stands is printed on",
      "standard output: name, contact, TLS version, cipher suite, seconds.",
      "",
      "Examples:",
      "  m2mx-ua register",
      "  m2mx-ua register --account video.json",
      "  m2mx-ua register --account video.json --once     try the account",
    })
final class RegisterCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin private AccountOptions account = new AccountOptions();

  @Option(names = "--once", description = "Register, unregister, and exit.")
  private boolean once;

  RegisterCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    Waiting waiting = new Waiting(terminal);
    try (UserAgent userAgent = account.open(terminal, FirewallPolicy.NO_HOLES, waiting)) {
      Registration registration = userAgent.register();
      terminal.result(AccountOptions.registration(registration, line(registration)));
      if (!once) {
        waiting.await();
      }
    }
    return ExitCode.OK;
  }

  private static String line(Registration registration) {
    return registration.aor()
        + " "
        + registration.contact()
        + " "
        + registration.tlsProtocol()
        + " "
        + registration.tlsCipherSuite()
        + " "
        + registration.expires().toSeconds();
  }
}
