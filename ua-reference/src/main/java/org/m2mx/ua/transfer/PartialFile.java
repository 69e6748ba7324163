package org.m2mx.ua.transfer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What has come of a file so far, under a name of its own, locked as long as this is open. It stays
 * when it is closed, until it is put in its place or discarded.
 */
final class PartialFile implements Closeable {
  private static final int BUFFER = 64 * 1024;
  private static final long TOLD_EVERY = 64L << 20;

  private final Path path;
  private final FileChannel channel;
  private final Sha256 checksum = new Sha256();
  private long length;

  /**
   * Takes over what is in a file.
   *
   * @param channel open for reading and writing, and locked
   * @param most more than that is thrown away, all of it
   * @param busy is run every while, since this may take long
   */
  PartialFile(Path path, FileChannel channel, long most, Busy busy) throws IOException {
    this.path = path;
    this.channel = channel;
    if (channel.size() > most) {
      channel.truncate(0);
    }
    byte[] buffer = new byte[BUFFER];
    long told = 0;
    for (int n = channel.read(ByteBuffer.wrap(buffer));
        n >= 0;
        n = channel.read(ByteBuffer.wrap(buffer))) {
      checksum.add(buffer, n);
      length += n;
      if (length - told >= TOLD_EVERY) {
        told = length;
        busy.tell();
      }
    }
  }

  Path path() {
    return path;
  }

  long length() {
    return length;
  }

  void append(byte[] bytes, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    checksum.add(bytes, count);
    length += count;
  }

  /** Returns the checksum of all that there is. To be called once. */
  String checksum() {
    return checksum.result();
  }

  /** Sees to it that what was written outlives a power failure. */
  void force() throws IOException {
    channel.force(true);
  }

  void discard() throws IOException {
    Files.deleteIfExists(path);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
