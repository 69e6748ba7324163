package org.m2mx.ua.transfer;

import java.nio.file.Path;

/** Is told how a transfer gets on, on the thread that transfers. */
public interface TransferListener {

  /**
   * A file begins to flow.
   *
   * @param file which
   * @param from how many of its bytes the receiver has from an earlier attempt
   */
  default void begins(FileOffer file, long from) {}

  /**
   * More of a file has been written down by the receiver.
   *
   * @param file which
   * @param done how many of its bytes in all
   */
  default void progress(FileOffer file, long done) {}

  /**
   * The receiver has the whole file, and its checksum is right.
   *
   * @param file which
   * @param path where it is: at the sender the file sent, at the receiver the file under its final
   *     name
   * @param already whether the receiver had it before
   */
  default void arrived(FileOffer file, Path path, boolean already) {}

  /**
   * The receiver does not take a file, or it has not arrived as it was sent.
   *
   * @param file which
   * @param why one line
   */
  default void failed(FileOffer file, String why) {}
}
