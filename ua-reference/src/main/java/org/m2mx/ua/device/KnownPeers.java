package org.m2mx.ua.device;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.SdpException;

/**
 * The certificates by which a device knows its peers. Fingerprints in session descriptions come
 * through the server, which could put its own in their place; so a peer's certificate is remembered
 * when it is first met, as {@code ssh} does with hosts, and another one under the same name is
 * refused until the user accepts it. A name may have several: one for each of its devices.
 *
 * <p>Kept in a file of the device's folder, one certificate a line: name, fingerprint, time.
 * Several processes may use it at once.
 */
public final class KnownPeers {
  /** So many that no household gets there, and so few that the file is read at once. */
  private static final int MOST = 10_000;

  /** File locks hold between processes, not between the threads of one. */
  private static final Object IN_THIS_PROCESS = new Object();

  private final Path file;
  private final Clock clock;

  KnownPeers(Path file, Clock clock) {
    this.file = file;
    this.clock = clock;
  }

  /**
   * Recognises a peer by the certificate that it has just proven to hold, or remembers it.
   *
   * @param aor the peer's name
   * @param shown the certificate's fingerprint, by SHA-256
   * @return whether this is the first certificate under that name
   * @throws UserAgentException with reason {@code PEER_CHANGED} if other certificates are known
   *     under that name but not this one, {@code DEVICE_STATE} if the file cannot be used
   */
  public boolean meet(Aor aor, Fingerprint shown) throws UserAgentException {
    // Most are met again, which changes nothing: that needs no lock, since the file is replaced
    // whole.
    if (list().stream().anyMatch(isPeer(aor, shown))) {
      return false;
    }
    List<KnownPeer> known = new ArrayList<>();
    boolean first =
        change(
            peers -> {
              peers.stream().filter(peer -> peer.aor().equals(aor)).forEach(known::add);
              return known.isEmpty() && peers.add(now(aor, shown));
            });
    if (!first && known.stream().noneMatch(peer -> peer.fingerprint().equals(shown))) {
      throw changed(aor, shown, known);
    }
    return first;
  }

  private static UserAgentException changed(Aor aor, Fingerprint shown, List<KnownPeer> known) {
    String remembered =
        known.stream()
            .map(peer -> peer.fingerprint() + " since " + peer.since())
            .collect(Collectors.joining(" or "));
    return new UserAgentException(
        Reason.PEER_CHANGED,
        "The certificate of "
            + aor
            + " is not the one remembered: it showed "
            + shown
            + ", known is "
            + remembered,
        "Somebody may stand in between: ask its owner by other means, and if it is really new, run:"
            + " m2mx-ua peers accept "
            + aor
            + " "
            + shown.hex());
  }

  /**
   * Lists what is known.
   *
   * @return in the order in which they were met
   * @throws UserAgentException with reason {@code DEVICE_STATE} if the file cannot be used
   */
  public List<KnownPeer> list() throws UserAgentException {
    try {
      return List.copyOf(read());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Accepts a further certificate, be it before the peer is met for the first time.
   *
   * @param aor the peer's name
   * @param fingerprint of the certificate, by SHA-256
   * @return whether it was not known before
   * @throws UserAgentException with reason {@code DEVICE_STATE} if the file cannot be used
   */
  public boolean accept(Aor aor, Fingerprint fingerprint) throws UserAgentException {
    return change(
        peers ->
            peers.stream().noneMatch(isPeer(aor, fingerprint)) && peers.add(now(aor, fingerprint)));
  }

  /**
   * Forgets all certificates of a peer: the next one is taken for its first.
   *
   * @param aor the peer's name
   * @return whether there was any
   * @throws UserAgentException with reason {@code DEVICE_STATE} if the file cannot be used
   */
  public boolean forget(Aor aor) throws UserAgentException {
    return change(peers -> peers.removeIf(peer -> peer.aor().equals(aor)));
  }

  /**
   * Forgets one certificate of a peer.
   *
   * @param aor the peer's name
   * @param fingerprint of the certificate, by SHA-256
   * @return whether it was known
   * @throws UserAgentException with reason {@code DEVICE_STATE} if the file cannot be used
   */
  public boolean forget(Aor aor, Fingerprint fingerprint) throws UserAgentException {
    return change(peers -> peers.removeIf(isPeer(aor, fingerprint)));
  }

  private static Predicate<KnownPeer> isPeer(Aor aor, Fingerprint fingerprint) {
    return peer -> peer.aor().equals(aor) && peer.fingerprint().equals(fingerprint);
  }

  private KnownPeer now(Aor aor, Fingerprint fingerprint) {
    return new KnownPeer(aor, fingerprint, clock.instant().truncatedTo(ChronoUnit.SECONDS));
  }

  /** Changes the list while nobody else does, and writes it only if it has changed. */
  private boolean change(Predicate<List<KnownPeer>> action) throws UserAgentException {
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    synchronized (IN_THIS_PROCESS) {
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        List<KnownPeer> peers = read();
        boolean changed = action.test(peers) && lock.isValid();
        if (peers.size() > MOST) {
          throw new IOException(file + " is full; forget some with: m2mx-ua peers forget");
        }
        if (changed) {
          OwnerFile.write(file, text(peers));
        }
        return changed;
      } catch (IOException e) {
        throw unusable(e);
      }
    }
  }

  private List<KnownPeer> read() throws IOException {
    List<KnownPeer> peers = new ArrayList<>();
    if (Files.exists(file)) {
      OwnerFile.checkPrivate(file);
      for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
        peers.add(parse(line, peers.size() + 1));
      }
    }
    return peers;
  }

  private KnownPeer parse(String line, int number) throws IOException {
    String[] parts = line.split(" ", -1);
    try {
      if (parts.length == 4) {
        return new KnownPeer(
            Aor.parse(parts[0]),
            Fingerprint.parse(parts[1] + " " + parts[2]),
            Instant.parse(parts[3]));
      }
    } catch (IllegalArgumentException | SdpException | DateTimeParseException e) {
      throw new IOException(file + ", line " + number + ": " + e.getMessage(), e);
    }
    throw new IOException(file + ", line " + number + " is not a name, a fingerprint and a time");
  }

  private static String text(List<KnownPeer> peers) {
    return peers.stream()
        .map(peer -> peer.aor() + " " + peer.fingerprint() + " " + peer.since() + "\n")
        .collect(Collectors.joining());
  }

  private UserAgentException unusable(IOException e) {
    return new UserAgentException(
        Reason.DEVICE_STATE,
        "The file of known peers cannot be used: " + e.getMessage(),
        "Mend " + file + ", or move it away to know nobody any more",
        e);
  }
}
