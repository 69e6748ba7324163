package org.m2mx.ua.transfer;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The lines of the protocol, and the bytes of files between them, on one channel. */
final class Lines {
  static final String SENDER = "m2mx-transfer 1 sender";
  static final String RECEIVER = "m2mx-transfer 1 receiver";
  static final String END = "end";
  static final String HAVE = "have";
  static final String WAIT = "wait";
  static final String BUSY = "busy";
  static final String DONE = "done";
  static final String FROM = "from ";
  static final String AT = "at ";
  static final String REFUSED = "refused ";
  static final String FAILED = "failed ";

  /** What is wrong with a file that has not arrived as it was sent; the sender tries once more. */
  static final String CHECKSUM = "the checksum differs";

  private static final int LONGEST = 4096;
  private static final int BUFFER = 64 * 1024;

  private final InputStream in;
  private final OutputStream out;

  Lines(InputStream in, OutputStream out) {
    this.in = new BufferedInputStream(in, BUFFER);
    this.out = out;
  }

  /** Sends a line at once. */
  void send(String line) throws IOException {
    out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  void send(byte[] bytes, int length) throws IOException {
    out.write(bytes, 0, length);
  }

  void flush() throws IOException {
    out.flush();
  }

  /**
   * Reads a line.
   *
   * @return printable ASCII, without the line's end
   * @throws TransferException if what comes is no line of this protocol
   * @throws EOFException if the channel ends
   */
  String receive() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the peer ended the transfer too early");
      }
      if (octet < ' ' || octet > '~' || line.length() == LONGEST) {
        throw new TransferException("The peer speaks another protocol than files");
      }
      line.append((char) octet);
    }
    return line.toString();
  }

  /** Reads the greeting of the other side. */
  void expect(String greeting) throws IOException {
    String line = receive();
    if (!line.equals(greeting)) {
      throw new TransferException("The peer does not greet with \"" + greeting + "\"");
    }
  }

  int receive(byte[] bytes, int most) throws IOException {
    int n = in.read(bytes, 0, Math.min(bytes.length, most));
    if (n < 0) {
      throw new EOFException("the peer ended the transfer too early");
    }
    return n;
  }

  /** Reads the number behind a word. */
  static long number(String line, String word) throws TransferException {
    String digits = line.substring(word.length());
    if (!digits.matches("\\d{1,18}")) {
      throw new TransferException("The peer said \"" + line + "\"");
    }
    return Long.parseLong(digits);
  }
}
