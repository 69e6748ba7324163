package org.m2mx.ua.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** Runs a shell command for each caller, which gets its standard input and output. */
final class CommandService implements Service {
  private static final System.Logger LOG = System.getLogger(CommandService.class.getName());

  /** How long a command may go on when the caller has gone. */
  private static final long FAREWELL_SECONDS = 5;

  private final Terminal terminal;
  private final String command;

  CommandService(Terminal terminal, String command) {
    this.terminal = terminal;
    this.command = command;
  }

  @Override
  public void serve(Session session) throws UserAgentException, InterruptedException {
    Process process = start(session);
    session.ended().thenRun(() -> bringToAnEnd(process));
    try {
      Thread input = new Thread(() -> feed(session, process), "m2mx-ua-command-input");
      input.setDaemon(true);
      input.start();
      Piping.send(process.getInputStream(), session);
      int status = process.waitFor();
      terminal.tell(
          Event.of(
                  Event.Kind.COMMAND_ENDED,
                  "command for " + session.peer() + " ended with status " + status)
              .with("peer", session.peer())
              .with("callId", session.callId())
              .with("status", status));
      Piping.awaitBye(session);
    } finally {
      kill(process);
    }
  }

  private Process start(Session session) throws UserAgentException {
    ProcessBuilder builder = new ProcessBuilder(List.of("/bin/sh", "-c", command));
    builder.environment().put("M2MX_PEER", session.peer().toString());
    builder.environment().put("M2MX_CALL_ID", session.callId());
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UserAgentException(
          Reason.DATA_CHANNEL,
          "The command cannot be run (" + e.getMessage() + ")",
          "Correct --exec",
          e);
    }
  }

  /**
   * A command that reads no further is no error, and must not keep the caller waiting; the caller's
   * end is the command's.
   */
  private static void feed(Session session, Process process) {
    InputStream fromCaller = Piping.input(session);
    try {
      try (OutputStream input = process.getOutputStream()) {
        Piping.copy(fromCaller, input);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Call-ID {0}: {1}", session.callId(), e.getMessage());
        fromCaller.transferTo(OutputStream.nullOutputStream());
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Call-ID {0}: {1}", session.callId(), e.getMessage());
    }
  }

  private static void bringToAnEnd(Process process) {
    process
        .onExit()
        .orTimeout(FAREWELL_SECONDS, TimeUnit.SECONDS)
        .whenComplete((ended, late) -> kill(process));
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }
}
