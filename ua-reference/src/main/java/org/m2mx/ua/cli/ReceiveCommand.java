package org.m2mx.ua.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.m2mx.ua.Aor;
import org.m2mx.ua.ChannelTerms;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.transfer.FileReceiver;
import org.m2mx.ua.transfer.Inbox;
import org.m2mx.ua.transfer.IncompleteFileException;
import org.m2mx.ua.transfer.TransferException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua receive}. */
@Command(
    name = "receive",
    description = "Registers, and receives the files that others send with m2mx-ua send.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A file gets its name when all of it is there and its SHA-256 is right; it is",
      "then printed on standard output. Until then it is DIR/.m2mx-SHA256.part, from",
      "where a sender that calls again goes on. No file that is there is replaced:",
      "another of that name becomes \"name (2)\".",
      "",
      "Examples:",
      "  m2mx-ua receive --into ~/Downloads",
      "  m2mx-ua receive --from sip:alice@m2m-x.example --once",
    })
final class ReceiveCommand implements Callable<Integer> {
  private static final Duration STALL = Duration.ofSeconds(60);
  private static final int LINES = 8;

  private final Terminal terminal;
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Mixin private AccountOptions account = new AccountOptions();

  @Mixin private FirewallOptions firewall = new FirewallOptions();

  @Mixin private ProtocolOptions protocol = new ProtocolOptions();

  @Option(
      names = "--into",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where the files go, made if it is not there (default: this folder).")
  private Path folder;

  @Option(
      names = "--from",
      paramLabel = "CALLER",
      description = "Take files from this caller only; may be given several times.")
  private List<String> senders = List.of();

  @Option(names = "--once", description = "Take one call, and exit when it is over.")
  private boolean once;

  ReceiveCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    List<Aor> welcome = welcome();
    Inbox inbox = inbox();
    Waiting waiting = new Waiting(terminal);
    try (UserAgent userAgent =
        account.open(terminal, firewall.policy(), protocol.charon(), waiting)) {
      userAgent.onCall(
          new Answering(
              terminal,
              waiting,
              session -> receive(session, inbox),
              new ChannelTerms(protocol.streamsOf(userAgent), false),
              caller -> welcome.isEmpty() || welcome.contains(caller),
              LINES,
              once));
      userAgent.register();
      waiting.await();
    }
    return ExitCode.OK;
  }

  private List<Aor> welcome() {
    try {
      return senders.stream().map(Aor::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--from: " + e.getMessage(), e);
    }
  }

  private Inbox inbox() throws UserAgentException {
    try {
      return new Inbox(folder);
    } catch (TransferException e) {
      throw SendCommand.failure(e, "Give another folder with --into DIR");
    }
  }

  private void receive(Session session, Inbox inbox) throws UserAgentException {
    TransferProgress progress = new TransferProgress(terminal, clock);
    DataChannel channel = Piping.stream(session);
    try (StallGuard guard = new StallGuard(channel, STALL)) {
      guard.watch();
      try {
        new FileReceiver(channel.input(), channel.output(), inbox, progress).receive();
      } catch (TransferException e) {
        throw SendCommand.failure(e, "See on the sender's side what it says");
      } catch (IncompleteFileException e) {
        throw incomplete(session, e, guard);
      } catch (IOException e) {
        throw Piping.broken(session, guard.explain(e));
      }
    }
    Piping.awaitBye(session);
    if (once && progress.hasFailed()) {
      throw new UserAgentException(
          Reason.TRANSFER, "Not all files were transferred", "See above what became of each");
    }
  }

  private static UserAgentException incomplete(
      Session session, IncompleteFileException e, StallGuard guard) {
    return new UserAgentException(
        Reason.TRANSFER,
        Printable.line(e.name())
            + " is not whole: "
            + e.arrived()
            + " of "
            + e.size()
            + " bytes have come from "
            + session.peer()
            + " ("
            + guard.explain(e).getMessage()
            + ")",
        "Receive again and have it sent again: it goes on from there",
        e);
  }
}
