package org.m2mx.ua.ike;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.vici.Section;

/**
 * What the daemon calls a tunnel: it says which process it belongs to, and whose addresses it is
 * for, so that another process can clear up after one that was killed.
 *
 * @param space the number of the space that process numbers are valid in, 0 where there is one only
 * @param process the number of the process
 * @param started when that began, in the clock ticks of proc(5) since the machine has, which no
 *     setting of its clock changes; numbers are used again
 * @param inside this device's address inside
 * @param peerInside the peer's
 */
record ConnectionName(
    long space, long process, long started, InetAddress inside, InetAddress peerInside) {
  private static final Pattern FORM =
      Pattern.compile("m2mx-(\\d{1,18})-(\\d{1,18})-(\\d{1,18})-([0-9a-f]{32})-([0-9a-f]{32})");
  private static final Path SPACE = Path.of("/proc/self/ns/pid");

  /** The field starttime of a process's stat, counted after the name, which may have spaces. */
  private static final int START_AFTER_NAME = 19;

  private static final Pattern NUMBER = Pattern.compile("pid:\\[(\\d{1,18})\\]");

  static ConnectionName of(TunnelRequest request) {
    long own = ProcessHandle.current().pid();
    return new ConnectionName(
        ownSpace(), own, started(own).orElse(0), request.inside(), request.peerInside());
  }

  /** Reads a name; empty if it is no tunnel of a user agent's. */
  static Optional<ConnectionName> parse(String name) {
    Matcher form = FORM.matcher(name);
    return form.matches()
        ? Optional.of(
            new ConnectionName(
                Long.parseLong(form.group(1)),
                Long.parseLong(form.group(2)),
                Long.parseLong(form.group(3)),
                address(form.group(4)),
                address(form.group(5))))
        : Optional.empty();
  }

  private static InetAddress address(String hex) {
    try {
      return InetAddress.getByAddress(HexFormat.of().parseHex(hex));
    } catch (UnknownHostException e) {
      throw new IllegalStateException("16 octets are an address", e);
    }
  }

  /** Returns when a process began; empty if there is none of that number. */
  private static OptionalLong started(long process) {
    try {
      String status =
          Files.readString(Path.of("/proc/" + process + "/stat"), StandardCharsets.ISO_8859_1);
      String[] afterName = status.substring(status.lastIndexOf(')') + 2).split(" ");
      return OptionalLong.of(Long.parseLong(afterName[START_AFTER_NAME]));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  private static long ownSpace() {
    try {
      Matcher number = NUMBER.matcher(Files.readSymbolicLink(SPACE).toString());
      return number.matches() ? Long.parseLong(number.group(1)) : 0;
    } catch (IOException e) {
      System.getLogger(ConnectionName.class.getName())
          .log(System.Logger.Level.DEBUG, "No spaces of process numbers: {0}", e.getMessage());
      return 0;
    }
  }

  /** Says whether its process is gone; whether that of another space is cannot be told. */
  boolean isOrphan() {
    return space == ownSpace() && started(process).stream().noneMatch(other -> other == started);
  }

  /** Says whether a child of an association is this tunnel. */
  boolean isFor(Section child) {
    return child.texts("local-ts").contains(IpText.of(inside) + "/128");
  }

  /** Returns the name as the daemon knows it. */
  @Override
  public String toString() {
    return String.format(
        "m2mx-%d-%d-%d-%s-%s", space, process, started, hex(inside), hex(peerInside));
  }

  private static String hex(InetAddress address) {
    return HexFormat.of().formatHex(address.getAddress());
  }
}
