package org.m2mx.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.m2mx.bench.machine.JavaHeap;
import org.m2mx.bench.machine.ProcessTree;

/** WildFly with the SIP container and {@code BareServlet}, and nothing of m2mx beside. */
public final class BareContainer implements SipServer {
  private static final int UDP_PORT = 5060;
  private static final String LIBRARIES = "lib/";

  /** By its name: the class it extends is the server's, not ours. */
  private static final String SERVLET = "org/m2mx/bench/bare/BareServlet.class";

  private final ServerProcess process;
  private final int offset;

  private BareContainer(ServerProcess process, int offset) {
    this.process = process;
    this.offset = offset;
  }

  /**
   * Starts it.
   *
   * @param home the prepared WildFly, whose m2mx.ear has the container's libraries
   * @param base where its configuration, data and logs go; made anew
   * @param offset added to every port
   * @param javaOptions further options for the JVM
   * @throws org.m2mx.bench.BenchException when it does not start
   */
  public static BareContainer start(Path home, Path base, int offset, List<String> javaOptions)
      throws IOException, InterruptedException {
    WildFly wildFly = new WildFly(home);
    wildFly.copyTo(base);
    Path ear = base.resolve(WildFly.EAR);
    pack(ear, ear.resolveSibling("bare.war"));
    Files.delete(ear);
    ProcessBuilder command =
        wildFly.command(
            base, offset, javaOptions, List.of("-Dsip.listen=udp://127.0.0.1:" + UDP_PORT));
    return new BareContainer(WildFly.launch("The container", command, base), offset);
  }

  private static void pack(Path ear, Path war) throws IOException {
    try (ZipInputStream from = new ZipInputStream(Files.newInputStream(ear));
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(war))) {
      for (ZipEntry entry = from.getNextEntry(); entry != null; entry = from.getNextEntry()) {
        if (isOfTheContainer(entry.getName())) {
          to.putNextEntry(
              new ZipEntry("WEB-INF/lib/" + entry.getName().substring(LIBRARIES.length())));
          from.transferTo(to);
        }
      }
      to.putNextEntry(new ZipEntry("WEB-INF/classes/" + SERVLET));
      try (InputStream code = BareContainer.class.getResourceAsStream('/' + SERVLET)) {
        code.transferTo(to);
      }
    }
  }

  private static boolean isOfTheContainer(String entry) {
    return entry.startsWith(LIBRARIES)
        && entry.endsWith(".jar")
        && !entry.contains("m2mx-registry")
        && !entry.contains("flyway");
  }

  @Override
  public String name() {
    return "container";
  }

  @Override
  public InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), UDP_PORT + offset);
  }

  @Override
  public ProcessTree tree() {
    return process.tree();
  }

  @Override
  public long dataBytes() throws IOException, InterruptedException {
    return new JavaHeap(process.java()).liveBytes();
  }

  @Override
  public void close() {
    process.close();
  }
}
