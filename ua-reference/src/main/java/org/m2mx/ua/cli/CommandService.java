package org.m2mx.ua.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
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
   * The caller's end is the command's. One who breaks off has not ended what it sends: the command
   * must not take it for whole.
   */
  private static void feed(Session session, Process process) {
    try (OutputStream input = new WhileRead(process.getOutputStream(), session.callId())) {
      try {
        Piping.copy(Piping.input(session), input);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Call-ID {0}: {1}", session.callId(), e.getMessage());
        kill(process);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Call-ID {0}: {1}", session.callId(), e.getMessage());
    }
  }

  /** A command that reads no further is no error, and must not keep the caller waiting. */
  private static final class WhileRead extends FilterOutputStream {
    private final String callId;
    private boolean unread;

    WhileRead(OutputStream input, String callId) {
      super(input);
      this.callId = callId;
    }

    @Override
    public void write(int octet) {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) {
      if (!unread) {
        try {
          out.write(buffer, offset, length);
          out.flush();
        } catch (IOException e) {
          LOG.log(System.Logger.Level.DEBUG, "Call-ID {0}: {1}", callId, e.getMessage());
          unread = true;
        }
      }
    }

    /** Each write has been flushed. */
    @Override
    public void flush() {}
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
