package org.m2mx.ua.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Sends files over a channel whose other side is a {@link FileReceiver}. */
public final class FileSender {
  private static final int PIECE = 64 * 1024;

  /** How much may be on its way before the receiver has written it down. */
  private static final long WINDOW = 16L << 20;

  private static final long ALREADY = -1;
  private static final long REFUSED = -2;

  private final Lines lines;
  private final TransferListener listener;

  /**
   * A sender.
   *
   * @param in from the receiver
   * @param out to the receiver
   * @param listener is told how it gets on
   */
  public FileSender(InputStream in, OutputStream out, TransferListener listener) {
    this.lines = new Lines(in, out);
    this.listener = listener;
  }

  /**
   * Sends files one after the other. What becomes of each is told to the listener.
   *
   * @param files which
   * @return whether the receiver now has all of them
   * @throws TransferException if the transfer cannot go on
   * @throws IOException if the channel breaks; the receiver keeps what it has, and a new call goes
   *     on from there
   */
  public boolean send(List<OutgoingFile> files) throws IOException {
    lines.send(Lines.SENDER);
    lines.expect(Lines.RECEIVER);
    boolean all = true;
    for (OutgoingFile file : files) {
      all &= send(file);
    }
    lines.send(Lines.END);
    return all;
  }

  private boolean send(OutgoingFile file) throws IOException {
    long from = offer(file);
    if (from < 0) {
      return from == ALREADY;
    }
    String end = flow(file, from);
    if (end.equals(Lines.FAILED + Lines.CHECKSUM) && from > 0) {
      // What was left of an earlier attempt may be to blame; the receiver has thrown it away.
      from = offer(file);
      if (from < 0) {
        return from == ALREADY;
      }
      end = flow(file, from);
    }
    if (!end.equals(Lines.DONE)) {
      listener.failed(file.offer(), reason(end, Lines.FAILED));
      return false;
    }
    listener.arrived(file.offer(), file.path(), false);
    return true;
  }

  /** Returns from where on the receiver wants the file, or that it wants nothing of it. */
  private long offer(OutgoingFile file) throws IOException {
    lines.send(file.offer().line());
    String reply = lines.receive();
    while (reply.equals(Lines.WAIT)) {
      reply = lines.receive();
    }
    if (reply.equals(Lines.HAVE)) {
      listener.arrived(file.offer(), file.path(), true);
      return ALREADY;
    }
    if (reply.startsWith(Lines.REFUSED)) {
      listener.failed(file.offer(), reason(reply, Lines.REFUSED));
      return REFUSED;
    }
    if (reply.equals(Lines.BUSY)) {
      throw new IOException("the receiver is at this file in another transfer");
    }
    if (!reply.startsWith(Lines.FROM)) {
      throw new TransferException("The receiver said \"" + reply + "\"");
    }
    long from = Lines.number(reply, Lines.FROM);
    if (from > file.offer().size()) {
      throw new TransferException("The receiver has more of the file than there is");
    }
    return from;
  }

  /** Sends the rest of a file, and returns the receiver's verdict. */
  private String flow(OutgoingFile file, long from) throws IOException {
    long size = file.offer().size();
    listener.begins(file.offer(), from);
    try (FileChannel source = open(file)) {
      byte[] piece = new byte[PIECE];
      long sent = from;
      long written = from;
      source.position(from);
      while (sent < size) {
        int n = read(source, ByteBuffer.wrap(piece, 0, (int) Math.min(PIECE, size - sent)), file);
        lines.send(piece, n);
        sent += n;
        while (sent - written > WINDOW) {
          lines.flush();
          String line = lines.receive();
          if (!line.startsWith(Lines.AT)) {
            throw new TransferException(
                "The receiver broke off: " + reason(line, Lines.FAILED) + " (" + file.path() + ")");
          }
          written = progress(file, line);
        }
      }
      lines.flush();
    }
    String line = lines.receive();
    while (line.startsWith(Lines.AT)) {
      progress(file, line);
      line = lines.receive();
    }
    return line;
  }

  private static FileChannel open(OutgoingFile file) throws TransferException {
    try {
      return FileChannel.open(file.path(), StandardOpenOption.READ);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static int read(FileChannel source, ByteBuffer piece, OutgoingFile file)
      throws TransferException {
    int n;
    try {
      n = source.read(piece);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    if (n < 0) {
      throw new TransferException(file.path() + " became shorter while it was sent");
    }
    return n;
  }

  private static TransferException unreadable(OutgoingFile file, IOException cause) {
    return new TransferException(
        file.path() + " cannot be read any more (" + cause.getMessage() + ")", cause);
  }

  private long progress(OutgoingFile file, String line) throws TransferException {
    long written = Lines.number(line, Lines.AT);
    listener.progress(file.offer(), written);
    return written;
  }

  private static String reason(String line, String word) {
    return line.startsWith(word) ? line.substring(word.length()) : "it said \"" + line + "\"";
  }
}
