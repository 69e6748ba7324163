package org.m2mx.ua.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.m2mx.ua.IncomingCall;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code m2mx-ua listen}. */
@Command(
    name = "listen",
    description = "Registers and waits for calls.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Without --echo one caller gets standard input and output, and the command ends with the call.",
      "With --echo every caller gets back what it sends, as many at once as call, until Ctrl-C.",
      "",
      "Examples:",
      "  m2mx-ua listen --account video.json --echo",
      "  m2mx-ua listen --account video.json > received.bin < /dev/null",
      "  m2mx-ua listen --account video.json --echo --once",
    })
final class ListenCommand implements Callable<Integer> {
  /** How long a caller that has had everything may take to say BYE before this side does. */
  private static final long BYE_SECONDS = 30;

  private final Terminal terminal;
  private final AtomicBoolean taken = new AtomicBoolean();

  @Mixin private AccountOptions account = new AccountOptions();

  @Mixin private FirewallOptions firewall = new FirewallOptions();

  @Option(names = "--echo", description = "Send back to each caller what it sends.")
  private boolean echo;

  @Option(
      names = "--once",
      description = "Take one call, and exit when it is over; so it is without --echo anyhow.")
  private boolean once;

  ListenCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    Waiting waiting = new Waiting(terminal);
    try (UserAgent userAgent = account.open(terminal, firewall.policy(), waiting)) {
      userAgent.onCall(call -> called(call, waiting));
      userAgent.register();
      waiting.await();
    }
    return ExitCode.OK;
  }

  private void called(IncomingCall call, Waiting waiting) {
    boolean only = once || !echo;
    if (only && !taken.compareAndSet(false, true)) {
      terminal.progress("busy for " + call.caller());
      call.busy();
      return;
    }
    terminal.progress("called by " + call.caller());
    try (Session session = call.accept()) {
      terminal.progress(Transfer.describe(session));
      serve(session);
      terminal.progress(Transfer.summary(session));
    } catch (UserAgentException e) {
      if (only) {
        waiting.fail(e);
      } else {
        terminal.progress("call of " + call.caller() + " failed: " + e.getMessage());
      }
    }
    if (only) {
      waiting.finish();
    }
  }

  private void serve(Session session) throws UserAgentException {
    if (!echo) {
      Transfer.both(session, terminal.in(), terminal.out());
      return;
    }
    try {
      Transfer.echo(session.channel());
      session.ended().completeOnTimeout(null, BYE_SECONDS, TimeUnit.SECONDS).join();
    } catch (IOException e) {
      throw new UserAgentException(
          UserAgentException.Reason.DATA_CHANNEL,
          "The data channel to " + session.peer() + " broke: " + e.getMessage(),
          "See on the peer's side why it broke off",
          e);
    }
  }
}
