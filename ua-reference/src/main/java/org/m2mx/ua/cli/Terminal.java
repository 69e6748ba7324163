package org.m2mx.ua.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;

/** Where a command reads and writes: data on standard output, all else on standard error. */
final class Terminal {
  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Deque<Runnable> onInterrupt = new ConcurrentLinkedDeque<>();
  private volatile boolean interrupted;

  Terminal(InputStream in, PrintStream out, PrintStream err) {
    this.in = in;
    this.out = out;
    this.err = err;
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

  /** Tells what goes on, one line on standard error. */
  synchronized void progress(String line) {
    err.println(line);
    err.flush();
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
