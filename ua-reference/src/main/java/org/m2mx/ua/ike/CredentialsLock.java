package org.m2mx.ua.ike;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The right to change what a daemon trusts, which one thread of one program has at a time: else the
 * last session of one program could take back what another has just given for its first. Between
 * programs it is a lock on a file beside the daemon's socket, which the system takes back from one
 * that was killed.
 */
final class CredentialsLock {
  private static final System.Logger LOG = System.getLogger(CredentialsLock.class.getName());
  private static final String SUFFIX = ".m2mx-lock";
  private static final long PAUSE_MILLIS = 20;

  /** A file's lock belongs to the whole process, and its threads have to agree among themselves. */
  private static final Map<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock own;
  private final FileChannel file;

  private CredentialsLock(ReentrantLock own, FileChannel file) {
    this.own = own;
    this.file = file;
  }

  /**
   * Waits for it. Where no file can be made beside the socket, programs are not kept apart.
   *
   * @param socket the daemon's
   * @param limit how long to wait
   * @throws SocketTimeoutException if somebody else has it all the time
   */
  static CredentialsLock acquire(Path socket, Duration limit) throws IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    Path path = folder(socket).resolve(socket.getFileName() + SUFFIX);
    ReentrantLock own = THREADS.computeIfAbsent(path, unknown -> new ReentrantLock());
    try {
      if (!own.tryLock(limit.toNanos(), TimeUnit.NANOSECONDS)) {
        throw late();
      }
    } catch (InterruptedException e) {
      throw interrupted();
    }
    FileChannel file = null;
    try {
      file = open(path);
      if (file != null) {
        lock(file, deadline);
      }
      return new CredentialsLock(own, file);
    } catch (IOException | RuntimeException e) {
      own.unlock();
      if (file != null) {
        file.close();
      }
      throw e;
    }
  }

  /** The same by whatever links it is reached. */
  private static Path folder(Path socket) {
    Path folder = socket.toAbsolutePath().getParent();
    try {
      return folder.toRealPath();
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "The folder of the IKE daemon's socket", e);
      return folder.normalize();
    }
  }

  /** Returns null where there can be no such file. */
  private static FileChannel open(Path path) {
    try {
      return FileChannel.open(
          path,
          Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (IOException e) {
      LOG.log(
          System.Logger.Level.INFO,
          "Not kept apart from other programs that use the IKE daemon, since {0} cannot be written",
          path);
      return null;
    }
  }

  private static void lock(FileChannel file, long deadline) throws IOException {
    while (!tryLock(file)) {
      if (System.nanoTime() - deadline > 0) {
        throw late();
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
      } catch (InterruptedException e) {
        throw interrupted();
      }
    }
  }

  /** Within one process, another class loader's copy of this class may have it. */
  private static boolean tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static SocketTimeoutException late() {
    return new SocketTimeoutException("other sessions keep the IKE daemon busy");
  }

  private static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted while waiting for the IKE daemon");
  }

  /** Gives it back. */
  void release() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "Closing the lock beside the IKE daemon's socket", e);
    } finally {
      own.unlock();
    }
  }
}
