package org.m2mx.ua.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.m2mx.ua.Aor;
import org.m2mx.ua.ChannelTerms;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.sdp.DataProtocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua call}. */
@Command(
    name = "call",
    description =
        "Calls a name; passes standard input to the peer and the peer's data to standard"
            + " output.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The end of standard input is passed on; the call ends when the peer has ended",
      "its side too. Packets (udp-dtls) have no end: there the call ends once nothing",
      "has come for 2 s after the end of standard input. What is read at once is a",
      "packet, or several if it is long. Ctrl-C takes a ringing call back and ends one",
      "that stands.",
      "",
      "Examples:",
      "  echo hello | m2mx-ua call sip:video@m2m-x.example",
      "  m2mx-ua call sip:video@m2m-x.example < picture.jpg > answer.bin",
      "  m2mx-ua call --timeout 10 sip:video@m2m-x.example",
    })
final class CallCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private AccountOptions account = new AccountOptions();

  @Mixin private FirewallOptions firewall = new FirewallOptions();

  @Mixin private ProtocolOptions protocol = new ProtocolOptions();

  @Parameters(paramLabel = "CALLEE", description = "Whom to call, sip:user@domain.")
  private String callee;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to let it ring (default: ${DEFAULT-VALUE}).")
  private int timeout;

  CallCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    Aor aor = aor();
    if (timeout < 1) {
      throw new ParameterException(spec.commandLine(), "--timeout must be 1 or more");
    }
    try (UserAgent userAgent =
        account.open(
            terminal,
            firewall.policy(),
            protocol.charon(),
            new AccountOptions.Progress(terminal))) {
      List<DataProtocol> protocols = protocol.of(userAgent);
      userAgent.register();
      terminal.tell(Event.of(Event.Kind.CALLING, "calling " + aor).with("callee", aor));
      try (Session session =
          userAgent.call(aor, Duration.ofSeconds(timeout), new ChannelTerms(protocols, true))) {
        terminal.tell(Piping.connected(session));
        Piping.calling(session, terminal.in(), terminal.data());
        terminal.tell(Piping.ended(session));
      }
    }
    return terminal.isInterrupted()
        ? ExitCode.of(UserAgentException.Reason.INTERRUPTED)
        : ExitCode.OK;
  }

  private Aor aor() {
    try {
      return Aor.parse(callee);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
