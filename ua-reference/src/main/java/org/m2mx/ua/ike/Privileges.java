package org.m2mx.ua.ike;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a process may do beyond others, as Linux tells in {@code /proc}.
 *
 * @param status the lines of its {@code status}; none where the system has no such file
 */
record Privileges(List<String> status) {
  private static final String EFFECTIVE = "CapEff:";
  private static final int CAP_NET_ADMIN = 12;

  static Privileges ofThisProcess() {
    try {
      return new Privileges(Files.readAllLines(Path.of("/proc/self/status")));
    } catch (IOException e) {
      System.getLogger(Privileges.class.getName())
          .log(System.Logger.Level.DEBUG, "Privileges unknown: {0}", e.getMessage());
      return new Privileges(List.of());
    }
  }

  /** Says whether it may add addresses and routes. */
  boolean mayAdministerNetwork() {
    return status.stream()
        .filter(line -> line.startsWith(EFFECTIVE))
        .map(line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16))
        .anyMatch(capabilities -> (capabilities >> CAP_NET_ADMIN & 1) == 1);
  }
}
