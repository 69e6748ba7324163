package org.m2mx.ua.transfer;

import java.io.IOException;

/** The channel broke before a file was whole. What has come of it is kept. */
public final class IncompleteFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final long size;
  private final long arrived;

  IncompleteFileException(FileOffer file, long arrived, IOException cause) {
    super(cause.getMessage(), cause);
    this.name = file.name();
    this.size = file.size();
    this.arrived = arrived;
  }

  /** Returns the file's name. */
  public String name() {
    return name;
  }

  /** Returns how many bytes it has. */
  public long size() {
    return size;
  }

  /** Returns how many of them are kept. */
  public long arrived() {
    return arrived;
  }
}
