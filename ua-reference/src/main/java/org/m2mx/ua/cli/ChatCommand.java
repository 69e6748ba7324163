package org.m2mx.ua.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.m2mx.ua.Aor;
import org.m2mx.ua.TextMessage;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.firewall.FirewallPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua chat}. */
@Command(
    name = "chat",
    description = "Sends lines of text to a peer, and shows those that come.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each line of standard input is a message; standard error tells whether it was",
      "delivered. What comes, from anybody who may call, goes to standard output. The",
      "command ends with its input; without a PEER it only shows what comes, until",
      "Ctrl-C. Messages go by way of the server, which can read them: what only the",
      "peer may know goes through call or send.",
      "",
      "Examples:",
      "  m2mx-ua chat sip:bob@m2m-x.example",
      "  echo 'The door is open' | m2mx-ua chat sip:bob@m2m-x.example",
      "  m2mx-ua chat --json                              messages for a program",
    })
final class ChatCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private AccountOptions account = new AccountOptions();

  @Parameters(
      paramLabel = "PEER",
      arity = "0..1",
      description = "To whom, sip:user@domain (default: to nobody).")
  private String peer;

  private int sent;
  private int lost;
  private UserAgentException firstLoss;

  ChatCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    Aor aor = peer == null ? null : aor();
    Waiting waiting = new Waiting(terminal);
    try (UserAgent userAgent = account.open(terminal, FirewallPolicy.NO_HOLES, waiting)) {
      userAgent.onMessage(message -> show(message, waiting));
      userAgent.register();
      if (aor != null) {
        Thread sender = new Thread(() -> send(userAgent, aor, waiting), "m2mx-ua-chat");
        sender.setDaemon(true);
        sender.start();
      }
      waiting.await();
    }
    return ExitCode.OK;
  }

  private Aor aor() {
    try {
      return Aor.parse(peer);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** What could not be written has not been shown, and its sender is told so. */
  private void show(TextMessage message, Waiting waiting) {
    terminal.result(
        Event.of(Event.Kind.MESSAGE, message.from() + ": " + Printable.text(message.text()))
            .with("from", message.from())
            .with("text", message.text()));
    try {
      terminal.requireWritten();
    } catch (StandardStreamException e) {
      waiting.fail(e.told());
      throw new UncheckedIOException(e);
    }
  }

  /** One after the other, so that they arrive in their order (RFC 3428 section 8). */
  private void send(UserAgent userAgent, Aor to, Waiting waiting) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(terminal.in(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank()) {
          send(userAgent, to, line);
        }
      }
    } catch (IOException e) {
      waiting.fail(StandardStreamException.unreadable(e).told());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (firstLoss == null) {
      waiting.finish();
    } else {
      waiting.fail(loss());
    }
  }

  private void send(UserAgent userAgent, Aor to, String text) throws InterruptedException {
    sent++;
    try {
      userAgent.send(to, text);
      terminal.tell(
          Event.of(Event.Kind.DELIVERED, "delivered to " + to).with("to", to).with("text", text));
    } catch (UserAgentException e) {
      lost++;
      firstLoss = firstLoss == null ? e : firstLoss;
      terminal.tell(
          Event.of(Event.Kind.UNDELIVERED, "not delivered: " + e.getMessage())
              .with("to", to)
              .with("text", text)
              .with("reason", e.reason())
              .with("message", e.getMessage()));
    }
  }

  private UserAgentException loss() {
    if (sent == 1) {
      return firstLoss;
    }
    return new UserAgentException(
        firstLoss.reason(),
        "Of " + sent + " messages " + lost + " were not delivered: " + firstLoss.problem(),
        firstLoss.remedy(),
        firstLoss);
  }
}
