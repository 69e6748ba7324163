package org.m2mx.ua.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.transfer.FileSender;
import org.m2mx.ua.transfer.OutgoingFile;
import org.m2mx.ua.transfer.TransferException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua send}. */
@Command(
    name = "send",
    description = "Sends files to a name that runs m2mx-ua receive.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each file that has arrived whole is printed on standard output, with its",
      "SHA-256. When the connection breaks, the command calls again and goes on where",
      "the receiver is; so does the same command when it is run again.",
      "",
      "Examples:",
      "  m2mx-ua send holiday.mp4 sip:video@m2m-x.example",
      "  m2mx-ua send *.jpg sip:video@m2m-x.example",
    })
final class SendCommand implements Callable<Integer> {
  private static final Duration STALL = Duration.ofSeconds(60);

  private final Terminal terminal;
  private final Clock clock;

  @Spec private CommandSpec spec;

  @Mixin private AccountOptions account = new AccountOptions();

  @Mixin private FirewallOptions firewall = new FirewallOptions();

  @Mixin private ProtocolOptions protocol = new ProtocolOptions();

  @Parameters(
      paramLabel = "FILE... CALLEE",
      arity = "1",
      hideParamSyntax = true,
      description = "The files, and to whom, sip:user@domain.")
  private List<String> arguments;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to let it ring (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "How long to try again after the connection has broken (default: ${DEFAULT-VALUE}).")
  private int patience;

  SendCommand(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    if (arguments.size() < 2) {
      throw new ParameterException(
          spec.commandLine(), "give files and, last, to whom they go, sip:user@domain");
    }
    Aor callee = callee();
    if (timeout < 1 || patience < 0) {
      throw new ParameterException(
          spec.commandLine(), "--timeout must be 1 or more, --patience 0 or more");
    }
    List<OutgoingFile> files = new ArrayList<>();
    terminal.interruptibly(() -> read(files));
    TransferProgress progress = new TransferProgress(terminal, clock);
    try (UserAgent userAgent =
        account.open(
            terminal,
            firewall.policy(),
            protocol.charon(),
            new AccountOptions.Progress(terminal))) {
      List<DataProtocol> protocols = protocol.streamsOf(userAgent);
      userAgent.register();
      send(userAgent, callee, protocols, files, progress);
    }
    if (terminal.isInterrupted()) {
      return ExitCode.of(Reason.INTERRUPTED);
    }
    if (progress.hasFailed()) {
      throw new UserAgentException(
          Reason.TRANSFER, "Not all files were transferred", "See above what became of each");
    }
    return ExitCode.OK;
  }

  /** The first call must succeed; from then on, one that breaks off is made again. */
  private void send(
      UserAgent userAgent,
      Aor callee,
      List<DataProtocol> protocols,
      List<OutgoingFile> files,
      TransferProgress progress)
      throws UserAgentException, InterruptedException {
    Redial redial = new Redial(terminal);
    boolean stood = false;
    Patience patient = new Patience(clock, Duration.ofSeconds(patience));
    while (true) {
      terminal.tell(Event.of(Event.Kind.CALLING, "calling " + callee).with("callee", callee));
      try (Session session = userAgent.call(callee, Duration.ofSeconds(timeout), protocols)) {
        stood = true;
        redial.succeeded();
        terminal.tell(Piping.connected(session));
        send(session, files, progress);
        terminal.tell(Piping.ended(session));
        return;
      } catch (UserAgentException e) {
        boolean late = patient.isOver(progress.moved()) || terminal.isInterrupted();
        if (!stood || late || !Redial.mayHelp(e)) {
          throw e;
        }
        redial.await(e);
      }
    }
  }

  private static void send(Session session, List<OutgoingFile> files, TransferProgress progress)
      throws UserAgentException {
    DataChannel channel = Piping.stream(session);
    try (StallGuard guard = new StallGuard(channel, STALL)) {
      guard.watch();
      try {
        new FileSender(channel.input(), channel.output(), progress).send(files);
        channel.endOutput();
      } catch (TransferException e) {
        throw failure(e, "See on the receiver's side what it says");
      } catch (IOException e) {
        throw Piping.broken(session, guard.explain(e));
      }
    }
  }

  static UserAgentException failure(TransferException e, String remedy) {
    return new UserAgentException(Reason.TRANSFER, e.getMessage(), remedy, e);
  }

  private void read(List<OutgoingFile> files) throws UserAgentException, InterruptedException {
    for (String name : arguments.subList(0, arguments.size() - 1)) {
      if (name.isBlank()) {
        throw new ParameterException(spec.commandLine(), "a file's name is empty");
      }
      try {
        files.add(OutgoingFile.of(Path.of(name)));
      } catch (TransferException e) {
        throw failure(e, "Name files that this user can read");
      }
    }
  }

  private Aor callee() {
    try {
      return Aor.parse(arguments.get(arguments.size() - 1));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
