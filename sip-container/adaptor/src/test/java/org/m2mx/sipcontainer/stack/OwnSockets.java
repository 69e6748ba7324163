package org.m2mx.sipcontainer.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What this process is connected to, as Linux tells in /proc. */
final class OwnSockets {
  private static final Set<String> LOCAL_OR_NONE =
      Set.of(
          "00000000",
          "0100007F",
          "00000000000000000000000000000000",
          "00000000000000000000000001000000",
          "0000000000000000FFFF00000100007F");

  private OwnSockets() {}

  /** Remote addresses of open sockets, without loopback, in the kernel's hexadecimal form. */
  static List<String> remotePeers() throws IOException {
    Set<String> inodes = inodes();
    Set<String> peers = new HashSet<>();
    for (String table : List.of("tcp", "tcp6", "udp", "udp6")) {
      try (Stream<String> lines = Files.lines(Path.of("/proc/self/net", table))) {
        peers.addAll(
            lines
                .skip(1)
                .map(line -> line.trim().split("\\s+"))
                .filter(columns -> inodes.contains(columns[9]))
                .map(columns -> columns[2].split(":")[0])
                .filter(address -> !LOCAL_OR_NONE.contains(address))
                .collect(Collectors.toSet()));
      }
    }
    return List.copyOf(peers);
  }

  private static Set<String> inodes() throws IOException {
    Set<String> inodes = new HashSet<>();
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : files.toList()) {
        String target = target(file);
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    }
    return inodes;
  }

  /** Empty for what was closed after it was listed. */
  private static String target(Path file) throws IOException {
    try {
      return Files.readSymbolicLink(file).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
