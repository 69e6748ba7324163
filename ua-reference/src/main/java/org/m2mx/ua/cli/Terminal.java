package org.m2mx.ua.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Where a command reads and writes: data on standard output, all else on standard error. */
final class Terminal {
  /** Goes to the start of the line and clears it (ECMA-48 EL). */
  private static final String CLEAR_LINE = "\r\u001b[K";

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final boolean interactive;
  private final Deque<Runnable> onInterrupt = new ConcurrentLinkedDeque<>();
  private volatile boolean json;
  private volatile boolean interrupted;
  private boolean statusShown;

  Terminal(InputStream in, PrintStream out, PrintStream err) {
    this(in, out, err, false);
  }

  /**
   * A terminal.
   *
   * @param interactive whether standard error is a screen, on which a line can be written over
   */
  Terminal(InputStream in, PrintStream out, PrintStream err, boolean interactive) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.interactive = interactive;
  }

  InputStream in() {
    return in;
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  /** Has everything told in JSON from now on. */
  void useJson(boolean wanted) {
    json = wanted;
  }

  /** Says whether a line that is told can be written over by the next: a screen, for people. */
  boolean canShowStatus() {
    return interactive && !json;
  }

  /** Tells what goes on, one line on standard error. */
  synchronized void tell(Event event) {
    clearStatus();
    err.println(json ? event.json() : event.text());
    err.flush();
  }

  /** Tells what the command was run for, one line on standard output. */
  synchronized void result(Event event) {
    clearStatus();
    out.println(json ? event.json() : event.text());
    out.flush();
  }

  /** Shows a line at the bottom of the screen, in place of the one before. */
  synchronized void status(String line) {
    err.print(CLEAR_LINE + line);
    err.flush();
    statusShown = true;
  }

  private void clearStatus() {
    if (statusShown) {
      err.print(CLEAR_LINE);
      statusShown = false;
    }
  }

  /** Has something done when the user stops the command (Ctrl-C). */
  void onInterrupt(Runnable action) {
    onInterrupt.addFirst(action);
  }

  /** The user stops the command. */
  void interrupt() {
    interrupted = true;
    onInterrupt.forEach(Runnable::run);
  }

  boolean isInterrupted() {
    return interrupted;
  }
}
