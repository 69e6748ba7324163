package org.m2mx.ua.cli;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.shell.StartedCommand;

/**
 * Runs a shell command for each caller, which gets its standard input and output. With the session
 * it ends, and with the service all that run do.
 */
final class CommandService implements Service {
  private static final System.Logger LOG = System.getLogger(CommandService.class.getName());

  /** What suits people's commands. */
  static final Duration FAREWELL = Duration.ofSeconds(5);

  private final Terminal terminal;
  private final String command;
  private final Duration farewell;
  private final Set<StartedCommand> running = new HashSet<>();
  private boolean closed;

  /**
   * Ready to run it.
   *
   * @param farewell how long one may go on when the caller has gone, and again when it is asked to
   *     end
   */
  CommandService(Terminal terminal, String command, Duration farewell) {
    this.terminal = terminal;
    this.command = command;
    this.farewell = farewell;
  }

  @Override
  public void serve(Session session) throws UserAgentException, InterruptedException {
    StartedCommand started = start(session);
    session.ended().thenRunAsync(() -> bringToAnEnd(started), CommandService::onItsOwn);
    try {
      onItsOwn(() -> feed(session, started));
      Piping.send(started.output(), session);
      int status = started.exitCode();
      terminal.tell(
          Event.of(
                  Event.Kind.COMMAND_ENDED,
                  "command for " + session.peer() + " ended with status " + status)
              .with("peer", session.peer())
              .with("callId", session.callId())
              .with("status", status));
      Piping.awaitBye(session);
    } finally {
      started.end(farewell);
      forget(started);
    }
  }

  private static void onItsOwn(Runnable task) {
    Thread thread = new Thread(task, "m2mx-ua-command");
    thread.setDaemon(true);
    thread.start();
  }

  private synchronized StartedCommand start(Session session) throws UserAgentException {
    if (closed) {
      throw new UserAgentException(
          Reason.INTERRUPTED, "No command is started any more", "Nothing is left to do");
    }
    Map<String, String> caller =
        Map.of("M2MX_PEER", session.peer().toString(), "M2MX_CALL_ID", session.callId());
    try {
      StartedCommand started =
          StartedCommand.start(command, caller, Redirect.PIPE, Redirect.INHERIT);
      running.add(started);
      return started;
    } catch (IOException e) {
      throw new UserAgentException(
          Reason.DATA_CHANNEL,
          "The command cannot be run (" + e.getMessage() + ")",
          "Correct --exec",
          e);
    }
  }

  private synchronized void forget(StartedCommand ended) {
    running.remove(ended);
  }

  /** Ends all that runs, and starts no more. Waits until they have ended, for a few seconds. */
  @Override
  public void close() {
    List<StartedCommand> last;
    synchronized (this) {
      closed = true;
      last = List.copyOf(running);
    }
    CompletableFuture.allOf(
            last.stream()
                .map(left -> CompletableFuture.runAsync(left::close, CommandService::onItsOwn))
                .toArray(CompletableFuture<?>[]::new))
        .join();
  }

  /**
   * The caller's end is the command's. One who breaks off has not ended what it sends: the command
   * must not take it for whole.
   */
  private void feed(Session session, StartedCommand started) {
    try (OutputStream input = new WhileRead(started.input(), session.callId())) {
      try {
        Piping.copy(Piping.input(session), input);
      } catch (IOException e) {
        LOG.log(System.Logger.Level.DEBUG, "Call-ID {0}: {1}", session.callId(), e.getMessage());
        started.end(farewell);
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

  private void bringToAnEnd(StartedCommand started) {
    try {
      if (terminal.isInterrupted()) {
        // Who stops the user agent waits neither for what reads on nor for long.
        started.close();
        return;
      }
      started.exitCode(farewell);
      started.end(farewell);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
