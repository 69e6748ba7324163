package org.m2mx.ua.cli;

import java.util.Set;
import java.util.concurrent.Callable;
import org.m2mx.ua.ChannelTerms;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua listen}. */
@Command(
    name = "listen",
    description = "Registers and waits for calls.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Without --echo and the like one caller gets standard input and output, and the",
      "command ends with the call. With --echo every caller gets back what it sends,",
      "with --exec the standard input and output of a command that is run by the",
      "shell for this caller; M2MX_PEER and M2MX_CALL_ID tell it who calls. With the",
      "session it ends, and whatever it has started, in the background too: 5 s after",
      "the caller has gone by SIGTERM, and after 5 more by SIGKILL. With --expose every",
      "caller reaches those ports on this machine's loopback address, and nothing else.",
      "",
      "Examples:",
      "  m2mx-ua listen --account video.json --echo",
      "  m2mx-ua listen --account video.json > received.bin < /dev/null",
      "  m2mx-ua listen --exec 'raspivid -t 0 -o -'",
      "  m2mx-ua listen --expose 80,443",
      "  m2mx-ua listen --echo --once",
    })
final class ListenCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private AccountOptions account = new AccountOptions();

  @Mixin private FirewallOptions firewall = new FirewallOptions();

  @Mixin private ProtocolOptions protocol = new ProtocolOptions();

  @ArgGroup(exclusive = true)
  private Offered offered;

  @Option(
      names = "--lines",
      paramLabel = "N",
      defaultValue = "16",
      description = "How many callers to serve at once (default: ${DEFAULT-VALUE}).")
  private int lines;

  @Option(
      names = "--once",
      description = "Take one call, and exit when it is over; so it is without a service anyhow.")
  private boolean once;

  /** What callers get, unless it is standard input and output. */
  private static final class Offered {
    @Option(names = "--echo", description = "Send back to each caller what it sends.")
    private boolean echo;

    @Option(
        names = "--exec",
        paramLabel = "COMMAND",
        description = "Run a shell command for each caller, and join it to the caller.")
    private String command;

    @Option(
        names = "--expose",
        paramLabel = "PORT",
        split = ",",
        description = "Let callers connect to ports of this machine, with m2mx-ua forward.")
    private Set<Integer> ports;
  }

  ListenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    if (lines < 1) {
      throw new ParameterException(spec.commandLine(), "--lines must be 1 or more");
    }
    if (offered != null && offered.command != null && offered.command.isBlank()) {
      throw new ParameterException(spec.commandLine(), "--exec takes a command");
    }
    if (exposes() && offered.ports.stream().anyMatch(port -> port < 1 || port > 65535)) {
      throw new ParameterException(spec.commandLine(), "--expose takes ports, 1 to 65535");
    }
    Waiting waiting = new Waiting(terminal);
    try (Service service = service();
        UserAgent userAgent =
            account.open(terminal, firewall.policy(), protocol.charon(), waiting)) {
      userAgent.onCall(
          new Answering(
              terminal,
              waiting,
              service,
              terms(userAgent),
              caller -> true,
              lines,
              once || offered == null));
      userAgent.register();
      waiting.await();
    }
    return ExitCode.OK;
  }

  private boolean exposes() {
    return offered != null && offered.ports != null;
  }

  /** Forwarded connections need a stream, and are made anew when that breaks. */
  private ChannelTerms terms(UserAgent userAgent) throws UserAgentException {
    return exposes()
        ? new ChannelTerms(protocol.streamsOf(userAgent), false)
        : new ChannelTerms(protocol.of(userAgent), true);
  }

  private Service service() {
    if (offered == null) {
      return session -> Piping.both(session, terminal.in(), terminal.data());
    }
    if (exposes()) {
      return new ExposeService(terminal, offered.ports);
    }
    return offered.echo
        ? Piping::echo
        : new CommandService(terminal, offered.command, CommandService.FAREWELL);
  }
}
