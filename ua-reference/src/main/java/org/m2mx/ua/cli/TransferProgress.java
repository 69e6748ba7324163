package org.m2mx.ua.cli;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.m2mx.ua.transfer.FileOffer;
import org.m2mx.ua.transfer.TransferListener;

/** Tells how a transfer gets on: a bar on a screen, a line every while elsewhere. */
final class TransferProgress implements TransferListener {
  private static final Duration BAR_EVERY = Duration.ofMillis(100);
  private static final Duration LINE_EVERY = Duration.ofSeconds(5);
  private static final int NAME_WIDTH = 28;
  private static final int BAR_WIDTH = 20;
  private static final double MIB = 1 << 20;

  private final Terminal terminal;
  private final Clock clock;
  private long from;
  private Instant begun = Instant.MIN;
  private Instant told = Instant.MIN;
  private Instant moved;
  private boolean failed;

  TransferProgress(Terminal terminal, Clock clock) {
    this.terminal = terminal;
    this.clock = clock;
    this.moved = clock.instant();
  }

  /** Says whether a file has failed. */
  boolean hasFailed() {
    return failed;
  }

  /** Returns when anything has got on last, or else the beginning. */
  Instant moved() {
    return moved;
  }

  @Override
  public void begins(FileOffer file, long from) {
    this.from = from;
    begun = clock.instant();
    told = begun;
    String goesOn = from > 0 ? ", going on at " + percent(file, from) + " %" : "";
    terminal.tell(
        about(
                Event.Kind.FILE_BEGINS,
                Printable.line(file.name()) + ": " + file.size() + " bytes" + goesOn,
                file)
            .with("sha256", file.sha256())
            .with("from", from));
  }

  @Override
  public void progress(FileOffer file, long done) {
    Instant now = clock.instant();
    moved = now;
    Duration every = terminal.canShowStatus() ? BAR_EVERY : LINE_EVERY;
    if (Duration.between(told, now).compareTo(every) < 0) {
      return;
    }
    told = now;
    String rate = rate(file, done, Duration.between(begun, now));
    if (terminal.canShowStatus()) {
      terminal.status(bar(file, done) + rate);
    } else {
      terminal.tell(
          about(
                  Event.Kind.FILE_PROGRESS,
                  Printable.line(file.name()) + ": " + percent(file, done) + " %" + rate,
                  file)
              .with("done", done));
    }
  }

  @Override
  public void arrived(FileOffer file, Path path, boolean already) {
    moved = clock.instant();
    String text =
        file.sha256()
            + "  "
            + Printable.line(path.toString())
            + (already ? "  (the receiver had it already)" : "");
    terminal.result(
        about(Event.Kind.FILE_ARRIVED, text, file)
            .with("sha256", file.sha256())
            .with("path", path)
            .with("already", already));
  }

  @Override
  public void failed(FileOffer file, String why) {
    failed = true;
    terminal.tell(
        about(
                Event.Kind.FILE_FAILED,
                Printable.line(file.name()) + " was not transferred: " + why,
                file)
            .with("sha256", file.sha256())
            .with("message", why));
  }

  private static Event about(Event.Kind kind, String text, FileOffer file) {
    return Event.of(kind, text).with("name", file.name()).with("size", file.size());
  }

  private static long percent(FileOffer file, long done) {
    return file.size() == 0 ? 100 : (long) (100.0 * done / file.size());
  }

  private static String bar(FileOffer file, long done) {
    int full = (int) (percent(file, done) * BAR_WIDTH / 100);
    String name = file.name();
    if (name.length() > NAME_WIDTH) {
      name = name.substring(0, NAME_WIDTH - 1) + "…";
    }
    return String.format(
        Locale.ROOT,
        "%-" + NAME_WIDTH + "s [%s%s] %3d %%",
        name,
        "#".repeat(full),
        "-".repeat(BAR_WIDTH - full),
        percent(file, done));
  }

  private String rate(FileOffer file, long done, Duration spent) {
    double seconds = spent.toMillis() / 1000.0;
    if (done <= from || seconds == 0) {
      return "";
    }
    double perSecond = (done - from) / seconds;
    long left = Math.round((file.size() - done) / perSecond);
    return String.format(
        Locale.ROOT, ", %.1f MiB/s, %d:%02d left", perSecond / MIB, left / 60, left % 60);
  }
}
