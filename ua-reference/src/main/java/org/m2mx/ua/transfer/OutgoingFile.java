package org.m2mx.ua.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file to send.
 *
 * @param path where it is
 * @param offer what the other side is told of it
 */
public record OutgoingFile(Path path, FileOffer offer) {
  private static final int BUFFER = 64 * 1024;

  /**
   * Reads a file through, for its checksum.
   *
   * @param path a regular file
   * @return the file as it is now
   * @throws TransferException if it is not a regular file, or cannot be read
   * @throws InterruptedException if the reading thread is interrupted
   */
  public static OutgoingFile of(Path path) throws TransferException, InterruptedException {
    if (Files.isDirectory(path)) {
      throw new TransferException(path + " is a folder");
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new TransferException(
          path + " is a device or a pipe, which cannot be sent again when a call breaks");
    }
    Sha256 checksum = new Sha256();
    long size = 0;
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (Thread.interrupted()) {
          throw new InterruptedException("reading " + path);
        }
        checksum.add(buffer, n);
        size += n;
      }
    } catch (NoSuchFileException e) {
      throw new TransferException(path + " does not exist", e);
    } catch (IOException e) {
      throw new TransferException(path + " cannot be read (" + e.getMessage() + ")", e);
    }
    return new OutgoingFile(
        path, new FileOffer(path.getFileName().toString(), size, checksum.result()));
  }
}
