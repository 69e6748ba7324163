package org.m2mx.ua.cli;

import java.io.ByteArrayInputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.logging.LogManager;
import org.m2mx.ua.UserAgentException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParseResult;

/** The command {@code m2mx-ua}. */
@Command(
    name = "m2mx-ua",
    description =
        "The reference user agent: registers a name, calls others, exchanges data directly.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = HelpCommand.class,
    footer = {
      "",
      "Example, on one machine:",
      "  m2mx-ua listen --account video.json --echo",
      "and on another:",
      "  echo hello | m2mx-ua call sip:video@m2m-x.example",
      "",
      "Data goes to standard output, all else to standard error. An error is one line;",
      "the exit code tells what kind: 2 usage, 3 account file, 4 device folder,",
      "5 server not reached, 6 server's certificate, 7 password, 8 refused,",
      "10 unknown, 11 off line, 12 busy, 13 declined, 14 no answer,",
      "15 no common protocol, 16 data channel, 17 fingerprint, 18 firewall,",
      "19 peer's certificate has changed, 20 demo, 21 file transfer,",
      "22 doctor or check found something, 23 report, 24 standard input or output,",
      "130 stopped.",
    })
public final class Main {
  private static final long GOODBYE_MILLIS = 5_000;

  /** Set by the launcher, which can see whether standard error is a screen. */
  private static final String SCREEN = "org.m2mx.ua.screen";

  Main() {}

  /**
   * Runs the command and exits.
   *
   * @param args the command line
   */
  public static void main(String[] args) {
    // Not System.out, which would not say that a disk is full.
    Terminal terminal =
        new Terminal(
            System.in,
            new FileOutputStream(FileDescriptor.out),
            System.err,
            Boolean.getBoolean(SCREEN));
    Thread main = Thread.currentThread();
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> stop(terminal, main), "m2mx-ua-interrupt"));
    int code = run(terminal, args);
    // Within a shutdown, exit() would wait for the hook, which waits for this thread.
    Runtime.getRuntime().halt(code);
  }

  /** Ctrl-C: ends what is under way, and leaves the command time to say how it ended. */
  private static void stop(Terminal terminal, Thread main) {
    terminal.interrupt();
    try {
      main.join(GOODBYE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs the command. */
  static int run(Terminal terminal, String... args) {
    terminal.useJson(List.of(args).contains(OutputOptions.JSON));
    CommandLine command = commands(terminal);
    command.setExecutionStrategy(
        result -> {
          if (result.subcommand() == null
              && !result.isUsageHelpRequested()
              && !result.isVersionHelpRequested()) {
            throw new CommandLine.ParameterException(command, "No command given");
          }
          log(isVerbose(result));
          return new CommandLine.RunLast().execute(result);
        });
    return requireWritten(terminal, command.execute(args));
  }

  private static int requireWritten(Terminal terminal, int code) {
    try {
      terminal.requireWritten();
      return code;
    } catch (StandardStreamException e) {
      UserAgentException told = e.told();
      int worse = ExitCode.of(told.reason());
      if (code != ExitCode.OK) {
        return code;
      }
      terminal.tell(error(worse, told.reason().name(), told.getMessage()));
      return worse;
    }
  }

  /** Returns all commands. */
  static CommandLine commands(Terminal terminal) {
    CommandLine all =
        new CommandLine(new Main())
            .addSubcommand(new RegisterCommand(terminal))
            .addSubcommand(new ListenCommand(terminal))
            .addSubcommand(new CallCommand(terminal))
            .addSubcommand(new SendCommand(terminal, Clock.systemUTC()))
            .addSubcommand(new ReceiveCommand(terminal, Clock.systemUTC()))
            .addSubcommand(new ForwardCommand(terminal))
            .addSubcommand(new ChatCommand(terminal))
            .addSubcommand(new StatusCommand(terminal))
            .addSubcommand(AccountCommand.create(terminal))
            .addSubcommand(CheckCommand.create(terminal))
            .addSubcommand(new DoctorCommand(terminal))
            .addSubcommand(PeersCommand.create(terminal))
            .addSubcommand(new DemoCommand(terminal));
    return OptionValues.addTo(all)
        .setOut(new PrintWriter(terminal.out(), true))
        .setErr(new PrintWriter(terminal.err(), true))
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler((e, rest) -> usageError(terminal, e))
        .setExecutionExceptionHandler((e, line, result) -> failure(terminal, e, result));
  }

  private static int usageError(Terminal terminal, CommandLine.ParameterException e) {
    String name = e.getCommandLine().getCommandSpec().qualifiedName();
    terminal.tell(
        error(ExitCode.USAGE, "USAGE", sentence(UsageProblem.of(e)) + " Run: " + name + " --help"));
    return ExitCode.USAGE;
  }

  private static int failure(Terminal terminal, Exception e, ParseResult result) {
    int code = code(terminal, e);
    if (!terminal.isInterrupted()) {
      terminal.tell(
          e instanceof UserAgentException known
              ? error(code, known.reason().name(), oneLine(e.getMessage()))
              : error(
                  code,
                  "INTERNAL",
                  oneLine("Unexpected " + e + ". Run again with --verbose and report it.")));
      if (isVerbose(result)) {
        e.printStackTrace(terminal.err());
      }
    }
    return code;
  }

  private static int code(Terminal terminal, Exception e) {
    if (terminal.isInterrupted() || e instanceof InterruptedException) {
      return ExitCode.of(UserAgentException.Reason.INTERRUPTED);
    }
    return e instanceof UserAgentException known ? ExitCode.of(known.reason()) : ExitCode.INTERNAL;
  }

  /**
   * The one line that tells why a command failed.
   *
   * @param reason for programs
   * @param message for people: what is wrong, and what to do about it
   */
  static Event error(int code, String reason, String message) {
    return Event.of(Event.Kind.ERROR, "m2mx-ua: " + message)
        .with("code", code)
        .with("reason", reason)
        .with("message", message);
  }

  private static String sentence(String text) {
    String line = oneLine(text);
    return line.endsWith("?") ? line : line + ".";
  }

  private static String oneLine(String text) {
    return String.valueOf(text).replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
  }

  private static boolean isVerbose(ParseResult result) {
    ParseResult last = result;
    while (last.subcommand() != null) {
      last = last.subcommand();
    }
    return last.hasMatchedOption(OutputOptions.VERBOSE);
  }

  /** An error is one line on standard error; so the log goes there only when it is asked for. */
  private static void log(boolean verbose) {
    String configuration =
        verbose
            ? """
            handlers=java.util.logging.ConsoleHandler
            java.util.logging.ConsoleHandler.level=ALL
            java.util.logging.SimpleFormatter.format=%1$tT.%1$tL %4$s %3$s: %5$s%6$s%n
            .level=INFO
            org.m2mx.level=FINE
            org.m2mx.ua.signalling.jainsip.level=WARNING
            """
            : ".level=OFF\n";
    try (InputStream in =
        new ByteArrayInputStream(configuration.getBytes(StandardCharsets.ISO_8859_1))) {
      LogManager.getLogManager().readConfiguration(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Tells the version that the build has put in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "m2mx-ua " + (version == null ? "(not packaged)" : version) + ", Java " + Runtime.version()
      };
    }
  }
}
