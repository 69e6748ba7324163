package org.m2mx.ua.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.check.Check;
import org.m2mx.ua.check.Crash;
import org.m2mx.ua.check.JUnitReport;
import org.m2mx.ua.check.Outcome;
import org.m2mx.ua.check.Outcome.Verdict;
import org.m2mx.ua.check.Participants;
import org.m2mx.ua.ike.Charon;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua check}: whether a server, or another user agent, does it right. */
@Command(
    name = "check",
    description = "Holds a server or a device against the RFCs, case by case.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(server | device)",
    footer = {
      "",
      "Examples:",
      "  m2mx-ua check server --account alice.json --peer video.json",
      "  m2mx-ua check device sip:video@m2m-x.example --junit report.xml",
    })
final class CheckCommand {
  private CheckCommand() {}

  static CommandLine create(Terminal terminal) {
    return new CommandLine(new CheckCommand())
        .addSubcommand(new ServerCommand(terminal))
        .addSubcommand(new DeviceCommand(terminal));
  }

  /** What both checks can be told, and the running of either. */
  static final class Running {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Mixin private AccountOptions account = new AccountOptions();

    @Option(
        names = "--only",
        paramLabel = "CASE",
        split = ",",
        description = "Run these cases only.")
    private List<String> only = List.of();

    @Option(names = "--list", description = "List the cases, and run none.")
    private boolean list;

    @Option(
        names = "--junit",
        paramLabel = "FILE",
        description = "Write a report in JUnit's XML, too.")
    private Path report;

    @Option(
        names = "--patience",
        paramLabel = "SECONDS",
        defaultValue = "10",
        description = "How long an answer may take (default: ${DEFAULT-VALUE}).")
    private int patience;

    private int run(
        Terminal terminal,
        String name,
        Check all,
        Charon charon,
        Optional<Account> peer,
        Optional<Account> stranger,
        Optional<Aor> device,
        Optional<Crash> crash,
        Optional<String> dial,
        Optional<String> start,
        Duration recovery)
        throws UserAgentException, InterruptedException {
      if (patience < 1) {
        throw new ParameterException(spec.commandLine(), "--patience must be 1 or more");
      }
      Check check = chosen(all);
      if (list) {
        check.describe().forEach(known -> terminal.result(listed(known)));
        return ExitCode.OK;
      }
      Participants participants =
          new Participants(
              account.readAccount(),
              account.openDevice(),
              charon,
              peer,
              stranger,
              device,
              crash,
              dial,
              start,
              Duration.ofSeconds(patience),
              recovery);
      try (Reporting reporting = new Reporting(terminal, name, check.ids().size())) {
        terminal.interruptibly(() -> check.run(participants, Clock.systemUTC(), reporting::add));
        if (terminal.isInterrupted()) {
          return ExitCode.of(Reason.INTERRUPTED);
        }
        return reporting.hasFailures() ? ExitCode.CHECK_FAILED : ExitCode.OK;
      }
    }

    /**
     * Tells of each case, and of all at the end: also of what was done before somebody stopped it,
     * or the server went.
     */
    private final class Reporting implements AutoCloseable {
      private final Terminal terminal;
      private final String name;
      private final int cases;
      private final List<Outcome> outcomes = new ArrayList<>();

      Reporting(Terminal terminal, String name, int cases) {
        this.terminal = terminal;
        this.name = name;
        this.cases = cases;
      }

      void add(Outcome outcome) {
        outcomes.add(outcome);
        tell(terminal, outcome);
      }

      boolean hasFailures() {
        return count(outcomes, Verdict.FAIL) > 0;
      }

      /** A file can be written by a thread only that is not interrupted. */
      @Override
      public void close() throws UserAgentException {
        boolean stopped = Thread.interrupted();
        try {
          summary(terminal, outcomes, cases);
          write(name, outcomes);
        } finally {
          if (stopped) {
            Thread.currentThread().interrupt();
          }
        }
      }
    }

    private Check chosen(Check all) {
      try {
        return only.isEmpty() ? all : all.only(Set.copyOf(only));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }

    private void write(String name, List<Outcome> outcomes) throws UserAgentException {
      if (report == null) {
        return;
      }
      try {
        JUnitReport.write(report, "m2mx-ua check " + name, outcomes);
      } catch (IOException e) {
        throw new UserAgentException(
            Reason.REPORT,
            "The report " + report + " cannot be written (" + e.getMessage() + ")",
            "Give another file with --junit FILE",
            e);
      }
    }
  }

  private static long count(List<Outcome> outcomes, Verdict verdict) {
    return outcomes.stream().filter(outcome -> outcome.verdict() == verdict).count();
  }

  private static Event listed(Check.Description known) {
    return Event.of(
            Event.Kind.CASE,
            String.format("%-24s %-22s %s", known.id(), known.section(), known.title()))
        .with("id", known.id())
        .with("section", known.section())
        .with("title", known.title());
  }

  private static void tell(Terminal terminal, Outcome outcome) {
    List<String> lines = new ArrayList<>();
    lines.add(
        String.format(
            "%-4s  %-24s  %-18s  %s",
            outcome.verdict(),
            outcome.id(),
            outcome.section(),
            outcome.why().isEmpty() ? outcome.title() : outcome.why()));
    if (outcome.verdict() == Verdict.FAIL) {
      lines.add("      asked for: " + outcome.title());
      outcome
          .messages()
          .forEach(message -> message.lines().forEach(line -> lines.add("      | " + line)));
    }
    terminal.result(
        Event.of(Event.Kind.CASE, String.join(System.lineSeparator(), lines))
            .with("id", outcome.id())
            .with("section", outcome.section())
            .with("title", outcome.title())
            .with("verdict", outcome.verdict())
            .with("why", outcome.why().isEmpty() ? null : outcome.why())
            .with("messages", outcome.messages())
            .with("millis", outcome.took().toNanos() / 1e6));
  }

  private static void summary(Terminal terminal, List<Outcome> outcomes, int cases) {
    long passed = count(outcomes, Verdict.PASS);
    long failed = count(outcomes, Verdict.FAIL);
    long skipped = count(outcomes, Verdict.SKIP);
    int notRun = cases - outcomes.size();
    terminal.result(
        Event.of(
                Event.Kind.SUMMARY,
                passed
                    + " passed, "
                    + failed
                    + " failed, "
                    + skipped
                    + " skipped"
                    + (notRun == 0 ? "" : ", " + notRun + " not run"))
            .with("passed", passed)
            .with("failed", failed)
            .with("skipped", skipped)
            .with("notRun", notRun));
  }

  @Command(
      name = "server",
      description = "Holds the account's server against the RFCs.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The accounts should be for this only: their bindings are removed. Cases that",
        "need an account which is not given are skipped.",
        "",
        "Examples:",
        "  m2mx-ua check server --account alice.json --peer video.json \\",
        "      --stranger mallory.json --junit report.xml",
        "  m2mx-ua check server --list",
      })
  private static final class ServerCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private Running running = new Running();

    @Option(
        names = "--peer",
        paramLabel = "FILE",
        description = "An account that this one may call, registered nowhere else.")
    private Path peer;

    @Option(
        names = "--stranger",
        paramLabel = "FILE",
        description = "An account that may not call this one.")
    private Path stranger;

    ServerCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException, InterruptedException {
      return running.run(
          terminal,
          "server",
          Check.ofServer(),
          new Charon(Charon.SOCKET),
          read(peer),
          read(stranger),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Duration.ZERO);
    }

    private static Optional<Account> read(Path file) throws UserAgentException {
      return file == null ? Optional.empty() : Optional.of(AccountFile.read(file));
    }
  }

  @Command(
      name = "device",
      description = "Calls a device, rightly and wrongly, and looks at what it does.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The device is registered with the account's server, may be called by it,",
        "answers by itself and sends back what it gets, as m2mx-ua listen --echo does.",
        "",
        "Examples:",
        "  m2mx-ua check device sip:video@m2m-x.example",
        "  m2mx-ua check device --only data,fingerprint-mismatch sip:video@m2m-x.example",
        "  m2mx-ua check device --crash 'ssh camera pkill -9 agent' sip:video@m2m-x.example",
        "  m2mx-ua check device --dial 'ssh camera dial alice' sip:video@m2m-x.example",
        "  m2mx-ua check device --start 'm2mx-ua register --account $M2MX_ACCOUNT' \\",
        "      --only registers,registers-refresh sip:video@m2m-x.example",
        "  m2mx-ua check device --list",
      })
  private static final class DeviceCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Spec private CommandSpec spec;

    @Mixin private Running running = new Running();

    @Mixin private IkeOptions ike = new IkeOptions();

    @Parameters(
        paramLabel = "DEVICE",
        arity = "0..1",
        description = "The device's name, sip:user@domain.")
    private String device;

    @Option(
        names = "--crash",
        paramLabel = "COMMAND",
        description =
            "A shell command that ends the device's program as a crash does, and leaves its machine"
                + " running; for the case lease-lapse, which comes last.")
    private String crash;

    @Option(
        names = "--dial",
        paramLabel = "COMMAND",
        description =
            "A shell command that has the device call this account, for the cases of a device that"
                + " calls; it runs no longer than the case.")
    private String dial;

    @Option(
        names = "--start",
        paramLabel = "COMMAND",
        description =
            "A shell command that starts the device with another account, whose file $M2MX_ACCOUNT"
                + " names, for the cases of a device that registers: the check is its server then."
                + " It runs no longer than the case, nor does what it has started, in the background"
                + " too; a service that was there before it does.")
    private String start;

    @Option(
        names = "--lease",
        paramLabel = "SECONDS",
        defaultValue = "120",
        description =
            "How long the device's holes may stay open after a crash (default: ${DEFAULT-VALUE}).")
    private int lease;

    @Option(
        names = "--recovery",
        paramLabel = "SECONDS",
        defaultValue = "30",
        description =
            "How long the device may wait before it comes back when its connection was lost, as it"
                + " is configured (default: ${DEFAULT-VALUE}, RFC 5626 section 4.5).")
    private int recovery;

    DeviceCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException, InterruptedException {
      if (lease < 1) {
        throw new ParameterException(spec.commandLine(), "--lease must be 1 or more");
      }
      if (recovery < 0) {
        throw new ParameterException(spec.commandLine(), "--recovery must be 0 or more");
      }
      if (device == null && !running.list) {
        throw new ParameterException(
            spec.commandLine(), "say which DEVICE to call, sip:user@domain");
      }
      try {
        return running.run(
            terminal,
            "device",
            Check.ofDevice(),
            ike.charon(),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(device).map(Aor::parse),
            Optional.ofNullable(crash)
                .map(command -> new Crash(command, Duration.ofSeconds(lease))),
            Optional.ofNullable(dial),
            Optional.ofNullable(start),
            Duration.ofSeconds(recovery));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }
  }
}
