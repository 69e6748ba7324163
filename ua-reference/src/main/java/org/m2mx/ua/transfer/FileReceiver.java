package org.m2mx.ua.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Receives files over a channel whose other side is a {@link FileSender}, into an {@link Inbox}.
 */
public final class FileReceiver {
  private static final int PIECE = 64 * 1024;

  /** After how many bytes the sender is told again how much is written. */
  private static final long STEP = 1L << 20;

  private final Lines lines;
  private final Inbox inbox;
  private final TransferListener listener;

  /**
   * A receiver.
   *
   * @param in from the sender
   * @param out to the sender
   * @param inbox where the files go
   * @param listener is told how it gets on
   */
  public FileReceiver(InputStream in, OutputStream out, Inbox inbox, TransferListener listener) {
    this.lines = new Lines(in, out);
    this.inbox = inbox;
    this.listener = listener;
  }

  /**
   * Receives files until the sender has no more.
   *
   * @throws TransferException if the transfer cannot go on
   * @throws IncompleteFileException if the channel breaks in the middle of a file; what has come of
   *     it is kept, so that the sender can go on from there
   * @throws IOException if the channel breaks elsewhere
   */
  public void receive() throws IOException {
    lines.send(Lines.RECEIVER);
    lines.expect(Lines.SENDER);
    for (String line = lines.receive(); !line.equals(Lines.END); line = lines.receive()) {
      receive(FileOffer.parse(line));
    }
  }

  private void receive(FileOffer offer) throws IOException {
    Optional<Path> already = inbox.find(offer, this::busy);
    if (already.isPresent()) {
      lines.send(Lines.HAVE);
      listener.arrived(offer, already.get(), true);
      return;
    }
    Optional<PartialFile> opened;
    try {
      opened = inbox.open(offer, this::busy);
    } catch (TransferException e) {
      lines.send(Lines.REFUSED + ascii(e.getMessage()));
      listener.failed(offer, e.getMessage());
      return;
    }
    if (opened.isEmpty()) {
      lines.send(Lines.BUSY);
      return;
    }
    try (PartialFile partial = opened.get()) {
      lines.send(Lines.FROM + partial.length());
      listener.begins(offer, partial.length());
      flow(offer, partial);
      if (!partial.checksum().equals(offer.sha256())) {
        partial.discard();
        lines.send(Lines.FAILED + Lines.CHECKSUM);
        listener.failed(offer, Lines.CHECKSUM);
        return;
      }
      Path place = place(offer, partial);
      lines.send(Lines.DONE);
      listener.arrived(offer, place, false);
    }
  }

  private void flow(FileOffer offer, PartialFile partial) throws IOException {
    byte[] piece = new byte[PIECE];
    long told = partial.length();
    while (partial.length() < offer.size()) {
      int n = next(offer, partial, piece);
      write(partial, piece, n);
      if (partial.length() - told >= STEP) {
        told = partial.length();
        lines.send(Lines.AT + told);
        listener.progress(offer, told);
      }
    }
  }

  private int next(FileOffer offer, PartialFile partial, byte[] piece)
      throws IncompleteFileException {
    try {
      return lines.receive(piece, (int) Math.min(PIECE, offer.size() - partial.length()));
    } catch (IOException e) {
      throw new IncompleteFileException(offer, partial.length(), e);
    }
  }

  private void write(PartialFile partial, byte[] piece, int length) throws IOException {
    try {
      partial.append(piece, length);
    } catch (IOException e) {
      throw brokenOff("cannot write to the disk", e);
    }
  }

  private Path place(FileOffer offer, PartialFile partial) throws IOException {
    try {
      return inbox.place(offer, partial);
    } catch (IOException e) {
      throw brokenOff("cannot put the file in its place", e);
    }
  }

  /** Tells the sender, which has to stop, and may not be there any more. */
  private TransferException brokenOff(String why, IOException cause) {
    TransferException failure =
        new TransferException("This side " + why + " (" + cause.getMessage() + ")", cause);
    try {
      lines.send(Lines.FAILED + "the receiver " + why);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
    return failure;
  }

  /** The sender need not think that nobody is there while files are read through. */
  private void busy() throws IOException {
    lines.send(Lines.WAIT);
  }

  private static String ascii(String text) {
    return text.replaceAll("[^ -~]", "?");
  }
}
