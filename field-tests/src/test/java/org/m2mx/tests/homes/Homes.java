package org.m2mx.tests.homes;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.testing.RunningCommand;

/**
 * Two homes with a gateway each, and an internet with the server in between: {@code
 * homes/topology.sh} draws it.
 */
final class Homes implements AutoCloseable {
  /** Where the server is. */
  static final String SERVER = "2001:db8:5::1";

  /** Where it is for those who have no IPv6. */
  static final String SERVER_4 = "192.0.3.1";

  /** The machines that callers call: one behind its gateway, one that is its own. */
  private static final List<String> CALLEES = List.of("ua-b", "gw-b");

  /** The ports from which a callee's machine takes those that it is not asked for by number. */
  static final int FIRST_PORT = 40_000;

  private static final int PORTS = 40;

  /** Source ports of probes, above those that the system takes by itself. */
  private static final int FIRST_PROBE = 61_000;

  /** The chain of {@code homes/gateway.nft} that holes are in. */
  private static final String PINHOLES = "miniupnpd";

  private static final Path SCRIPTS = Path.of("../homes").toAbsolutePath().normalize();

  private final String prefix = "m2mx" + ProcessHandle.current().pid();
  private final Path folder;
  private final Deque<RunningCommand> processes = new ArrayDeque<>();

  private final Map<String, RunningCommand> probers = new HashMap<>();
  private int probes;
  private final Map<String, RunningCommand> ikeDaemons = new HashMap<>();
  private RunningCommand gatewayOfB;

  private Homes(Path folder) {
    this.folder = folder;
  }

  /** Builds it all, and waits until the server is up. */
  static Homes build(Path folder) throws IOException, InterruptedException {
    Homes homes = new Homes(folder);
    try {
      homes.start();
      return homes;
    } catch (IOException | InterruptedException | AssertionError e) {
      homes.close();
      throw e;
    }
  }

  private void start() throws IOException, InterruptedException {
    run(SCRIPTS.resolve("topology.sh").toString(), "up", prefix);
    for (String callee : CALLEES) {
      within(
          callee,
          "sysctl",
          "-qw",
          "net.ipv4.ip_local_port_range=" + FIRST_PORT + " " + (FIRST_PORT + PORTS - 1));
    }
    RunningCommand server = startServer();
    gateway("gw-a");
    startGatewayOfB();
    server.awaitProgress("WFLYSRV0025");
  }

  /** Home B's gateway daemon starts, and has no holes. */
  void startGatewayOfB() throws IOException, InterruptedException {
    gatewayOfB = gateway("gw-b");
  }

  /** Home B's gateway daemon ends, and its holes with it, as when the gateway loses its power. */
  void stopGatewayOfB() throws IOException, InterruptedException {
    gatewayOfB.kill();
    for (String chain : List.of(PINHOLES, "prerouting_miniupnpd")) {
      within("gw-b", "nft", "flush", "chain", "inet", "filter", chain);
    }
  }

  private RunningCommand gateway(String space) throws IOException, InterruptedException {
    RunningCommand daemon =
        start(
            space,
            "miniupnpd",
            "-d",
            "-f",
            SCRIPTS.resolve("miniupnpd.conf").toString(),
            "-P",
            folder.resolve(space + ".pid").toString());
    daemon.awaitProgress("PCP traffic on port 5351");
    return daemon;
  }

  private RunningCommand startServer() throws IOException {
    Path home = Path.of(System.getProperty("m2mx.server.home"));
    Path base = folder.resolve("base");
    copy(home.resolve("standalone"), base);
    return start(
        "core",
        home.resolve("bin/standalone.sh").toString(),
        "-Djboss.server.base.dir=" + base,
        "-Djava.net.preferIPv4Stack=false",
        "-Dsip.listen=tls://[" + SERVER + "]:5061,tls://" + SERVER_4 + ":5061",
        "-Dsip.tls.self-signed-hosts=" + SERVER + "," + SERVER_4,
        "-Dm2mx.account.server=[" + SERVER + "]:5061",
        "-Dm2mx.demo.accounts=" + folder.resolve("accounts"));
  }

  /** The IKE daemon of a home's machine, which is started when it is first asked for. */
  Path ikeDaemon(String space) throws IOException, InterruptedException {
    Path socket = folder.resolve(space + ".vici");
    if (Files.exists(socket)) {
      return socket;
    }
    Path configuration =
        Files.writeString(
            folder.resolve(space + ".conf"),
            Files.readString(SCRIPTS.resolve("charon.conf")).replace("SOCKET", socket.toString()));
    // Debian's daemon keeps its number in /run, where there is room for one.
    RunningCommand daemon =
        start(
            space,
            "unshare",
            "-m",
            "sh",
            "-c",
            "mount -t tmpfs tmpfs /run && STRONGSWAN_CONF='"
                + configuration
                + "' exec charon-systemd");
    daemon.awaitListening(socket);
    ikeDaemons.put(space, daemon);
    return socket;
  }

  /** Ends it, so that another program can have its port. */
  void stopIkeDaemon(String space) throws IOException, InterruptedException {
    RunningCommand daemon = ikeDaemons.remove(space);
    if (daemon != null) {
      daemon.kill();
    }
    Files.deleteIfExists(folder.resolve(space + ".vici"));
  }

  /** Lets in whoever wants to speak to an IKE daemon of the home, as by a hole of any length. */
  void openForTunnels(String gateway) throws IOException, InterruptedException {
    within(
        gateway, "nft", "add", "rule", "inet", "filter", PINHOLES, "udp", "dport", "4500",
        "accept");
  }

  /** Closes that, and all holes of the home. */
  void closeForTunnels(String gateway) throws IOException, InterruptedException {
    within(gateway, "nft", "flush", "chain", "inet", "filter", PINHOLES);
  }

  /** Starts {@link TunnelEnds} on a machine, with a device that is made for it. */
  RunningCommand tunnelEnds(String space, String peer, Path device)
      throws IOException, InterruptedException {
    return java(
        space,
        System.getProperty("java.class.path"),
        TunnelEnds.class,
        device.toString(),
        address(space),
        ikeDaemon(space).toString(),
        address(peer));
  }

  private RunningCommand java(String space, String classPath, Class<?> main, String... arguments)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                main.getName()));
    command.addAll(List.of(arguments));
    return start(space, command.toArray(String[]::new));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  /**
   * Starts {@code m2mx-ua} with a subcommand, or with one and its own, as one of the demo's users.
   */
  RunningCommand userAgent(String space, String subcommand, String user, String... options)
      throws IOException {
    return userAgent(space, subcommand, account(user), options);
  }

  private Path account(String user) {
    return folder.resolve("accounts").resolve(user + ".json");
  }

  /** Starts it with the server's IPv4 address in its account. */
  RunningCommand userAgentOfIpv4(String space, String subcommand, String user, String... options)
      throws IOException {
    return userAgent(space, subcommand, accountOfIpv4(user), options);
  }

  private Path accountOfIpv4(String user) throws IOException {
    Path account = folder.resolve("ipv4").resolve(user + ".json");
    if (!Files.exists(account)) {
      Files.createDirectories(account.getParent());
      Files.copy(account(user), account, StandardCopyOption.COPY_ATTRIBUTES);
      String text = Files.readString(account).replace("[" + SERVER + "]", SERVER_4);
      Files.writeString(account, text);
    }
    return account;
  }

  /**
   * Returns the folder of one of several devices that a user has, for user agents that run at the
   * same time: the server tells them apart, and peers know all of them by the one key.
   */
  Path device(boolean ofIpv4, String user, String name) throws IOException, UserAgentException {
    Path account = ofIpv4 ? accountOfIpv4(user) : account(user);
    Path first = account.resolveSibling(user + ".device");
    Path device = account.resolveSibling(user + "-" + name + ".device");
    if (!Files.exists(device)) {
      Device.open(first, Clock.systemUTC());
      Files.createDirectory(device);
      for (String file : List.of("private-key.pem", "certificate.pem")) {
        Files.copy(first.resolve(file), device.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
    return device;
  }

  private RunningCommand userAgent(String space, String subcommand, Path account, String... options)
      throws IOException {
    return start(space, userAgentCommand(subcommand, account, options).toArray(String[]::new));
  }

  /** Returns the same as a line for a shell of any machine. */
  String userAgentLine(String space, String subcommand, String user, String... options) {
    return String.join(" ", inSpace(space, userAgentCommand(subcommand, account(user), options)));
  }

  private static List<String> userAgentCommand(String subcommand, Path account, String... options) {
    List<String> command = new ArrayList<>();
    // A process of a few seconds is done before the second compiler pays.
    command.addAll(List.of("env", "JAVA_OPTS=-XX:TieredStopAtLevel=1"));
    command.add(System.getProperty("m2mx.ua"));
    command.addAll(List.of(subcommand.split(" ")));
    command.addAll(List.of("--account", account.toString()));
    command.addAll(List.of(options));
    return command;
  }

  private RunningCommand start(String space, String... command) throws IOException {
    RunningCommand process = RunningCommand.start(inSpace(space, List.of(command)));
    processes.push(process);
    return process;
  }

  private List<String> inSpace(String space, List<String> command) {
    List<String> within = new ArrayList<>(List.of("ip", "netns", "exec", prefix + "-" + space));
    within.addAll(command);
    return within;
  }

  private String within(String space, String... command) throws IOException, InterruptedException {
    return run(inSpace(space, List.of(command)).toArray(String[]::new));
  }

  /** Gives a home's machine another address, as when it joins another network of the house. */
  void renumber(String space, String before, String after)
      throws IOException, InterruptedException {
    within(space, "ip", "-6", "address", "add", after + "/64", "dev", "eth0", "nodad");
    within(space, "ip", "-6", "address", "delete", before + "/64", "dev", "eth0");
  }

  /**
   * Gives the link between the internet and home B's gateway an MTU, as there is behind tunnels of
   * an ISP's.
   *
   * @param mtu octets, from the 1280 of RFC 8200 to the 1500 of Ethernet
   */
  void setMtuOfB(int mtu) throws IOException, InterruptedException {
    for (String[] end : new String[][] {{"core", "to-b"}, {"gw-b", "wan"}}) {
      within(end[0], "ip", "link", "set", end[1], "mtu", String.valueOf(mtu));
    }
  }

  /** Returns the address by which a machine talks to others. */
  static String address(String space) {
    return switch (space) {
      case "ua-a" -> "2001:db8:a::10";
      case "gw-a" -> "2001:db8:ffa::2";
      case "core" -> "2001:db8:ffb::1";
      case "gw-b" -> "2001:db8:ffb::2";
      case "ua-b" -> "2001:db8:b::10";
      default -> throw new IllegalArgumentException(space);
    };
  }

  static InetAddress inetAddress(String space) throws IOException {
    return InetAddress.getByName(address(space));
  }

  /** Returns the IPv4 address by which the other home sees a machine. */
  private static String outside(String space) {
    return switch (space) {
      case "ua-a", "gw-a" -> "198.51.101.2";
      case "core" -> "203.0.114.1";
      case "gw-b", "ua-b" -> "203.0.114.2";
      default -> throw new IllegalArgumentException(space);
    };
  }

  /** Returns the address by which the internet sees a machine, by IPv4 or IPv6. */
  static String seen(String space, boolean translated) {
    return translated ? outside(space) : address(space);
  }

  /** Captures what passes the router of the internet from and to one home, until the end. */
  Capture capture(String link) throws IOException, InterruptedException {
    Path file = folder.resolve(link + ".pcap");
    start("core", "tcpdump", "-i", link, "-n", "-U", "-s", "0", "-Z", "root", "-w", file.toString())
        .awaitProgress("listening on");
    return new Capture(file);
  }

  /**
   * A packet to try whether it gets through.
   *
   * @param protocol {@code tcp}, for the opening of a connection, or {@code udp}
   * @param from the machine that sends it
   * @param to the machine that may get it
   * @param port at that machine
   * @param sourcePort of the sender, or 0 for one of its own
   * @param translated by IPv4, to a port that the gateway lends and that is the same inside
   */
  record Probe(
      String protocol, String from, String to, int port, int sourcePort, boolean translated) {
    private String source() {
      return seen(from, translated);
    }

    private String target() {
      return seen(to, translated);
    }
  }

  /** Forgets what has come as far as a machine's own sockets. */
  void forgetArrivals(String space) throws IOException, InterruptedException {
    for (String set : List.of("arrived", "arrived4")) {
      within(space, "nft", "flush", "set", "inet", "observer", set);
    }
  }

  /** Says whether such a packet has come as far as the machine's own sockets, whoever sent it. */
  boolean hasArrived(Probe probe) throws IOException, InterruptedException {
    return arrivals(probe.to()).contains(numeric(key(probe, probe.sourcePort())));
  }

  private String arrivals(String space) throws IOException, InterruptedException {
    return within(space, "nft", "-n", "-y", "list", "table", "inet", "observer");
  }

  private static String key(Probe probe, int source) {
    return probe.source() + " . " + source + " . " + probe.protocol() + " . " + probe.port() + " ";
  }

  /** Says whether a packet comes as far as the machine's own sockets. */
  boolean arrives(Probe probe) throws IOException, InterruptedException {
    return !arrived(List.of(probe)).isEmpty();
  }

  /** Returns a packet to every port that a machine may choose. */
  static Stream<Probe> toAllPorts(String protocol, String from, String to, boolean translated) {
    return IntStream.range(FIRST_PORT, FIRST_PORT + PORTS)
        .mapToObj(port -> new Probe(protocol, from, to, port, 0, translated));
  }

  /**
   * Sends packets to one machine, all at once, and returns those that have come as far as its own
   * sockets.
   */
  List<Probe> arrived(List<Probe> sent) throws IOException, InterruptedException {
    String to = sent.get(0).to();
    for (Probe probe : sent) {
      prober(probe.from());
    }
    forgetArrivals(to);
    Map<Probe, String> keys = new HashMap<>();
    Map<String, RunningCommand> tokens = new LinkedHashMap<>();
    for (Probe probe : sent) {
      probes++;
      int source = probe.sourcePort() == 0 ? FIRST_PROBE + probes % 4000 : probe.sourcePort();
      String token = "probe" + probes;
      RunningCommand prober = prober(probe.from());
      tokens.put(token + " ", prober);
      keys.put(probe, key(probe, source));
      prober.type(
          String.join(
                  " ",
                  probe.protocol(),
                  probe.target(),
                  String.valueOf(probe.port()),
                  String.valueOf(source),
                  token)
              + "\n");
    }
    for (Map.Entry<String, RunningCommand> token : tokens.entrySet()) {
      RunningCommand prober = token.getValue();
      prober.awaitProgress(token.getKey());
      if (prober.stdout().contains(token.getKey() + "failed")) {
        throw new AssertionError(token.getKey() + "was not sent: " + prober.stdout());
      }
    }
    String arrived = arrivals(to);
    return sent.stream().filter(probe -> arrived.contains(numeric(keys.get(probe)))).toList();
  }

  /** As nft writes protocols when it is to write numbers. */
  private static String numeric(String key) {
    return key.replace(" tcp ", " 6 ").replace(" udp ", " 17 ");
  }

  private RunningCommand prober(String space) throws IOException, InterruptedException {
    RunningCommand prober = probers.get(space);
    if (prober == null) {
      prober =
          java(space, Path.of("target/test-classes").toAbsolutePath().toString(), Prober.class);
      prober.awaitProgress("ready");
      probers.put(space, prober);
    }
    return prober;
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new AssertionError(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  /** Ends all processes and removes the namespaces. */
  @Override
  public void close() throws IOException {
    try {
      while (!processes.isEmpty()) {
        processes.pop().close();
      }
    } finally {
      try {
        run(SCRIPTS.resolve("topology.sh").toString(), "down", prefix);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
