package org.m2mx.ua.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that files are received into. A file gets its name only when all of it is there and its
 * checksum is right; until then it is hidden under its checksum, where a later attempt finds it. No
 * file that is there is ever replaced.
 */
public final class Inbox {
  private static final int BUFFER = 64 * 1024;
  private static final long TOLD_EVERY = 64L << 20;

  /** What is left free on the disk. */
  private static final long RESERVE = 16L << 20;

  private static final int MOST_NUMBERS = 10_000;

  private final Path folder;

  /**
   * A folder, made if it is not there.
   *
   * @param folder where the files go
   * @throws TransferException if there is something else, or it cannot be written to
   */
  public Inbox(Path folder) throws TransferException {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new TransferException(folder + " is not a folder that can be made", e);
    }
    if (!Files.isWritable(folder)) {
      throw new TransferException(folder + " may not be written to by this user");
    }
  }

  /** Returns the file itself, if it is there already under its name. */
  Optional<Path> find(FileOffer offer, Busy busy) throws IOException {
    Path path = folder.resolve(SafeName.of(offer.name()));
    boolean same =
        Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)
            && Files.size(path) == offer.size()
            && checksum(path, busy).equals(offer.sha256());
    return same ? Optional.of(path) : Optional.empty();
  }

  private static String checksum(Path path, Busy busy) throws IOException {
    Sha256 checksum = new Sha256();
    byte[] buffer = new byte[BUFFER];
    long read = 0;
    long told = 0;
    try (InputStream in = Files.newInputStream(path)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        checksum.add(buffer, n);
        read += n;
        if (read - told >= TOLD_EVERY) {
          told = read;
          busy.tell();
        }
      }
    }
    return checksum.result();
  }

  /**
   * Opens what there is of a file, possibly nothing.
   *
   * @return empty if another transfer is at it, perhaps one that has not noticed yet that it broke
   * @throws TransferException if there is no room
   */
  Optional<PartialFile> open(FileOffer offer, Busy busy) throws IOException {
    Path path = folder.resolve(".m2mx-" + offer.sha256() + ".part");
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              path,
              Set.of(
                  StandardOpenOption.CREATE,
                  StandardOpenOption.READ,
                  StandardOpenOption.WRITE,
                  LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw new TransferException("the receiver cannot write to its folder", e);
    }
    try {
      if (!isLocked(channel) || !Files.exists(path)) {
        channel.close();
        return Optional.empty();
      }
      PartialFile partial = new PartialFile(path, channel, offer.size(), busy);
      if (offer.size() - partial.length() > Files.getFileStore(folder).getUsableSpace() - RESERVE) {
        throw new TransferException("the receiver has not enough room on its disk");
      }
      return Optional.of(partial);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /** The lock lasts until the channel is closed. */
  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Gives a whole file its name, or if that is taken its name with a number. */
  Path place(FileOffer offer, PartialFile partial) throws IOException {
    partial.force();
    String name = SafeName.of(offer.name());
    for (int number = 1; number < MOST_NUMBERS; number++) {
      Path path = folder.resolve(number == 1 ? name : SafeName.numbered(name, number));
      if (take(partial.path(), path)) {
        return path;
      }
    }
    throw new FileAlreadyExistsException(name);
  }

  /** A link, unlike a move, never replaces what is there. */
  private static boolean take(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
      Files.delete(from);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } catch (UnsupportedOperationException e) {
      return moved(from, to);
    } catch (IOException e) {
      // Some file systems, FAT among them, know no links and say so in their own words.
      return moved(from, to);
    }
  }

  private static boolean moved(Path from, Path to) throws IOException {
    try {
      Files.move(from, to);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }
}
