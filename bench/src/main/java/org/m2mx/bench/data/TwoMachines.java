package org.m2mx.bench.data;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;

/**
 * Two machines on one link, as far as the network is concerned, each with an IKE daemon: a tunnel
 * needs one at either end. Needs root.
 */
public final class TwoMachines implements AutoCloseable {
  /** Where they reach this machine, if they are besides it: {@code ./m2mx} has given it that. */
  public static final String HERE = "2001:db8:f::1";

  private static final String PREFIX = "m2mx-bench-" + ProcessHandle.current().pid();
  private static final List<String> NAMES = List.of("a", "b");

  /** The bridge that has the address. */
  private static final String SWITCH = "m2mx-switch";

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Path work;
  private final boolean besides;
  private final Duration delay;
  private final List<Process> daemons = new ArrayList<>();
  private final List<LongCable> cables = new ArrayList<>();

  private TwoMachines(Path work, boolean besides, Duration delay) {
    this.work = work;
    this.besides = besides;
    this.delay = delay;
  }

  /** Returns why there can be none here; empty if there can. */
  public static Optional<String> obstacle() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("this is not root");
    }
    if (!Files.isExecutable(Path.of("/usr/sbin/charon-systemd"))) {
      return Optional.of("there is no strongSwan (Debian: charon-systemd)");
    }
    if (!Files.exists(Path.of("/usr/lib/ipsec/plugins/libstrongswan-kernel-libipsec.so"))) {
      return Optional.of("there is no kernel-libipsec (Debian: libcharon-extra-plugins)");
    }
    return Files.exists(Path.of("/dev/net/tun"))
        ? Optional.empty()
        : Optional.of("there is no /dev/net/tun");
  }

  /** Returns why they cannot be far away from each other; empty if they can. */
  public static Optional<String> obstacleToDistance() {
    return LongCable.obstacle();
  }

  /**
   * Makes them, and starts their daemons.
   *
   * @param work a folder for what they need
   * @param configuration of a daemon, with {@code SOCKET} where its socket goes
   */
  public static TwoMachines start(Path work, Path configuration) throws IOException {
    return start(new TwoMachines(work, false, Duration.ZERO), configuration);
  }

  /**
   * Makes them besides this one, which has a network of its own with a switch, and which they reach
   * at {@link #HERE}.
   *
   * @param work a folder for what they need
   * @param configuration of a daemon, with {@code SOCKET} where its socket goes
   * @param delay what a packet takes from one of them to here, or back; from one to the other twice
   *     that; not negative, and zero where there is an {@link #obstacleToDistance}
   */
  public static TwoMachines startBesides(Path work, Path configuration, Duration delay)
      throws IOException {
    return start(new TwoMachines(work, true, delay), configuration);
  }

  private static TwoMachines start(TwoMachines machines, Path configuration) throws IOException {
    try {
      machines.start(configuration);
      return machines;
    } catch (IOException | BenchException e) {
      machines.close();
      throw e;
    }
  }

  private void start(Path configuration) throws IOException {
    for (String name : NAMES) {
      run("ip", "netns", "add", space(name));
      run("ip", "-n", space(name), "link", "set", "lo", "up");
    }
    if (besides) {
      linkBesides();
    } else {
      link("b", "eth0", "netns", space("a"));
    }
    for (String name : NAMES) {
      String address = place(name).address() + "/64";
      run("ip", "-n", space(name), "-6", "address", "add", address, "dev", "eth0", "nodad");
      run("ip", "-n", space(name), "link", "set", "eth0", "up");
    }
    for (String name : NAMES) {
      daemons.add(daemon(place(name), configuration));
    }
  }

  private void linkBesides() throws IOException {
    for (String name : NAMES) {
      String here = "m2mx-to-" + name;
      if (delay.isZero()) {
        link(name, here);
      } else {
        linkFarAway(name, here);
      }
      run("ip", "link", "set", here, "master", SWITCH, "up");
    }
  }

  /** By a switch of its own: an interface that moves to a machine would be down for a moment. */
  private void linkFarAway(String name, String here) throws IOException {
    String there = "m2mx-at-" + name;
    String port = "m2mx-by-" + name;
    cables.add(new LongCable(here, there, delay));
    run("ip", "link", "add", there + "-sw", "type", "bridge");
    run("ip", "link", "set", there + "-sw", "up");
    link(name, port);
    for (String end : List.of(there, port)) {
      run("ip", "link", "set", end, "master", there + "-sw", "up");
    }
  }

  /** From a machine's eth0 to another end. */
  private static void link(String name, String... other) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip", "link", "add"));
    command.addAll(List.of(other));
    command.addAll(List.of("type", "veth", "peer", "name", "eth0", "netns", space(name)));
    run(command.toArray(String[]::new));
  }

  private Process daemon(EndProcess.Place place, Path configuration) throws IOException {
    Path own = work.resolve(place.vici().getFileName() + ".conf");
    Files.writeString(
        own, Files.readString(configuration).replace("SOCKET", place.vici().toString()));
    List<String> command = new ArrayList<>(place.within());
    // Debian's daemon keeps its number in /run, where there is room for one.
    command.addAll(
        List.of(
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /run && STRONGSWAN_CONF='" + own + "' exec charon-systemd"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(work.resolve(place.vici().getFileName() + ".log").toFile())
            .start();
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!isListening(place.vici())) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new BenchException("an IKE daemon did not start; see the logs in " + work);
      }
      pause();
    }
    return process;
  }

  private static boolean isListening(Path socket) {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static String space(String name) {
    return PREFIX + name;
  }

  private EndProcess.Place place(String name) {
    return new EndProcess.Place(
        List.of("ip", "netns", "exec", space(name)),
        "2001:db8:f::" + name,
        work.resolve(name + ".vici").toAbsolutePath());
  }

  /** Returns the one. */
  EndProcess.Place first() {
    return place("a");
  }

  /** Returns the other. */
  EndProcess.Place second() {
    return place("b");
  }

  /** Returns the processor time that the daemons have taken, in microseconds. */
  long cpuMicros() {
    return daemons.stream()
        .mapToLong(daemon -> new ProcessTree(daemon.toHandle()).cpuMicros())
        .sum();
  }

  private static void run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    try {
      if (process.waitFor() != 0) {
        throw new BenchException(String.join(" ", command) + ": " + said);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Ends the daemons and removes the machines. */
  @Override
  public void close() throws IOException {
    daemons.forEach(Process::destroyForcibly);
    cables.forEach(LongCable::close);
    for (String name : NAMES) {
      Files.deleteIfExists(place(name).vici());
      new ProcessBuilder("ip", "netns", "delete", space(name)).start().onExit().join();
    }
  }
}
