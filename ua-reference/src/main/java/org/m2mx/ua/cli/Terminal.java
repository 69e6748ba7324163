package org.m2mx.ua.cli;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.m2mx.ua.UserAgentException;

/** Where a command reads and writes: data on standard output, all else on standard error. */
final class Terminal {
  /** Goes to the start of the line and clears it (ECMA-48 EL). */
  private static final String CLEAR_LINE = "\r\u001b[K";

  /** How much later than another command of a pipeline this one may hear of Ctrl-C. */
  private static final long STOPPING_MILLIS = 200;

  private final InputStream in;
  private final PrintStream out;
  private final OutputStream data;
  private final PrintStream err;
  private final boolean interactive;
  private final Deque<Runnable> onInterrupt = new ConcurrentLinkedDeque<>();
  private volatile boolean json;
  private final CountDownLatch interrupted = new CountDownLatch(1);
  private boolean statusShown;

  /**
   * No screen.
   *
   * @param out standard output
   */
  Terminal(InputStream in, OutputStream out, PrintStream err) {
    this(in, out, err, false);
  }

  /**
   * A terminal.
   *
   * @param out standard output; written to at once
   * @param interactive whether standard error is a screen, on which a line can be written over
   */
  Terminal(InputStream in, OutputStream out, PrintStream err, boolean interactive) {
    this.in = new In(in);
    this.data = new Out(out);
    this.out = new PrintStream(out, true, Charset.defaultCharset());
    this.err = err;
    this.interactive = interactive;
  }

  /** Returns standard input; its exceptions are {@link StandardStreamException}s. */
  InputStream in() {
    return in;
  }

  /** Returns standard output for data; its exceptions are {@link StandardStreamException}s. */
  OutputStream data() {
    return data;
  }

  /**
   * Makes sure that all results were written.
   *
   * @throws StandardStreamException if not
   */
  void requireWritten() throws StandardStreamException {
    if (out.checkError()) {
      throw StandardStreamException.unwritable(new IOException("what was to be told is lost"));
    }
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
    err.println(shown(event));
    err.flush();
  }

  /** Tells what the command was run for, one line on standard output. */
  synchronized void result(Event event) {
    clearStatus();
    out.println(shown(event));
    out.flush();
  }

  /** Much of a text for people comes from peers, and must not command the terminal. */
  private String shown(Event event) {
    return json
        ? event.json()
        : event.hasLines() ? Printable.lines(event.text()) : Printable.line(event.text());
  }

  /** Shows a line at the bottom of the screen, in place of the one before. */
  synchronized void status(String line) {
    err.print(CLEAR_LINE + Printable.line(line));
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

  /** What waits so that an interrupt of its thread ends it. */
  interface Interruptible {
    void run() throws UserAgentException, InterruptedException;
  }

  /**
   * Runs something on this thread, which is interrupted when the user stops the command, or if the
   * user has. When this has returned, it is no more.
   */
  void interruptibly(Interruptible task) throws UserAgentException, InterruptedException {
    Interruption interruption = new Interruption(Thread.currentThread());
    onInterrupt(interruption);
    try {
      if (isInterrupted()) {
        interruption.run();
      }
      task.run();
    } finally {
      onInterrupt.remove(interruption);
      interruption.end();
    }
  }

  private static final class Interruption implements Runnable {
    private final Thread thread;
    private boolean ended;

    Interruption(Thread thread) {
      this.thread = thread;
    }

    @Override
    public synchronized void run() {
      if (!ended) {
        thread.interrupt();
      }
    }

    synchronized void end() {
      ended = true;
    }
  }

  /** The user stops the command. */
  void interrupt() {
    interrupted.countDown();
    onInterrupt.forEach(Runnable::run);
  }

  boolean isInterrupted() {
    return interrupted.getCount() == 0;
  }

  private final class In extends FilterInputStream {
    In(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      try {
        return orStopped(in.read());
      } catch (IOException e) {
        throw StandardStreamException.unreadable(e);
      }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      try {
        return orStopped(in.read(buffer, offset, length));
      } catch (IOException e) {
        throw StandardStreamException.unreadable(e);
      }
    }

    /** The end of a command that Ctrl-C has stopped, before this one, is no end of its output. */
    private int orStopped(int read) throws IOException {
      try {
        if (read < 0 && interrupted.await(STOPPING_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new InterruptedIOException("stopped before its end");
        }
        return read;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  private static final class Out extends FilterOutputStream {
    Out(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] buffer, int offset, int length) throws IOException {
      try {
        out.write(buffer, offset, length);
      } catch (IOException e) {
        throw StandardStreamException.unwritable(e);
      }
    }
  }
}
