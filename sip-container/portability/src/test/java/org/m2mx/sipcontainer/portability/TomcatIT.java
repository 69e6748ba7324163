package org.m2mx.sipcontainer.portability;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The container on a Tomcat that has CDI (Weld), an implementation of MicroProfile Config and the
 * API of Jakarta Mail in its class path: two WARs, each with a container of its own.
 */
class TomcatIT {
  private static final Pattern OF_THE_SERVER =
      Pattern.compile(
          "[/\\\\](tomcat-|weld-servlet|smallrye-|microprofile-config|jboss-logging|asm-|jakarta\\.mail-api|jakarta\\.activation-api)[^/\\\\]*$|test-classes$");
  private static final int EXAMPLE_PORT = 5060;
  private static final int GREETING_PORT = 5061;
  private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  @TempDir private static Path folder;
  private static final Queue<String> OUTPUT = new ConcurrentLinkedQueue<>();
  private static Process server;
  private static Thread reader;
  private static int offset;
  private static int httpPort;

  @BeforeAll
  static void start() throws Exception {
    offset = freePorts() - EXAMPLE_PORT;
    server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsip.port-offset=" + offset,
                "-cp",
                Arrays.stream(classPath().split(File.pathSeparator))
                    .filter(entry -> OF_THE_SERVER.matcher(entry).find())
                    .collect(Collectors.joining(File.pathSeparator)),
                TomcatServer.class.getName(),
                folder.toString(),
                System.getProperty("example.war"),
                System.getProperty("greeting.war"))
            .redirectErrorStream(true)
            .start();
    reader = new Thread(TomcatIT::read, "output of Tomcat");
    reader.setDaemon(true);
    reader.start();
    httpPort = Integer.parseInt(awaited(TomcatServer.PORT).substring(TomcatServer.PORT.length()));
  }

  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  private static void read() {
    try (BufferedReader lines = server.inputReader()) {
      lines.lines().forEach(OUTPUT::add);
    } catch (IOException e) {
      OUTPUT.add(e.toString());
    }
  }

  private static String awaited(String start) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (System.nanoTime() < end && server.isAlive()) {
      for (String line : OUTPUT) {
        if (line.startsWith(start)) {
          return line;
        }
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no line '%s' in\n%s".formatted(start, String.join("\n", OUTPUT)));
  }

  /** The first of two free ports, below those that systems give to whoever asks for any. */
  private static int freePorts() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 19_000);
      try (ServerSocket first = new ServerSocket(port, 1, LOOPBACK);
          DatagramSocket datagrams = new DatagramSocket(port, LOOPBACK);
          ServerSocket second = new ServerSocket(port + 1, 1, LOOPBACK)) {
        assertThat(first.isBound() && datagrams.isBound() && second.isBound()).isTrue();
        return port;
      } catch (IOException taken) {
        OUTPUT.add("port %d is taken: %s".formatted(port, taken.getMessage()));
      }
    }
  }

  @AfterAll
  static void stopsAndLeavesNoThreadThatHoldsTheServer() throws Exception {
    try {
      server.getOutputStream().close();
      assertThat(server.waitFor(3, TimeUnit.MINUTES)).as("%s", OUTPUT).isTrue();
      reader.join(TimeUnit.MINUTES.toMillis(1));
      assertThat(server.exitValue()).isZero();
      assertThat(OUTPUT).filteredOn(line -> line.contains("SIP container stopped")).hasSize(2);
    } finally {
      server.destroyForcibly();
    }
  }

  private static String request(String method, String transport, String local) {
    return """
    %1$s sip:example.org SIP/2.0
    Via: SIP/2.0/%2$s %3$s;branch=z9hG4bK%4$s
    Max-Forwards: 70
    From: <sip:alice@example.org>;tag=1
    To: <sip:example.org>
    Call-ID: %4$s
    CSeq: 1 %1$s
    Content-Length: 0

    """
        .formatted(method, transport, local, UUID.randomUUID())
        .replace("\n", "\r\n");
  }

  /** The header of the answer, by its lines. */
  private static List<String> overTcp(String method, int port) throws IOException {
    try (Socket socket = new Socket(LOOPBACK, port + offset)) {
      socket.setSoTimeout(60_000);
      String local = "127.0.0.1:" + socket.getLocalPort();
      socket
          .getOutputStream()
          .write(request(method, "TCP", local).getBytes(StandardCharsets.UTF_8));
      StringBuilder answer = new StringBuilder();
      while (answer.indexOf("\r\n\r\n") < 0) {
        int next = socket.getInputStream().read();
        assertThat(next).as("end of %s", answer).isNotNegative();
        answer.append((char) next);
      }
      return answer.toString().lines().toList();
    }
  }

  @Test
  void theExampleAnswersOverTcpAndUdp() throws Exception {
    assertThat(overTcp("OPTIONS", EXAMPLE_PORT))
        .startsWith("SIP/2.0 200 OK")
        .contains("Allow: OPTIONS");
    try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
      socket.setSoTimeout(60_000);
      byte[] request =
          request("OPTIONS", "UDP", "127.0.0.1:" + socket.getLocalPort())
              .getBytes(StandardCharsets.UTF_8);
      socket.send(new DatagramPacket(request, request.length, LOOPBACK, EXAMPLE_PORT + offset));
      DatagramPacket answer = new DatagramPacket(new byte[8192], 8192);
      socket.receive(answer);
      assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8))
          .startsWith("SIP/2.0 200 OK\r\n");
    }
  }

  @Test
  void servletsAreInjectedWithWhatTheyAskFor() throws Exception {
    List<String> first = overTcp("MESSAGE", GREETING_PORT);
    List<String> second = overTcp("MESSAGE", GREETING_PORT);
    assertThat(first)
        .startsWith("SIP/2.0 200 OK")
        .contains("X-Factory: sip:a@example.org", "X-Session: true");
    assertThat(greetings(second)).isEqualTo(greetings(first) + 1);
    assertThat(second).doesNotContain(header(first, "X-Request: "));
  }

  @Test
  void anInterceptorOfTheClassIsAroundEachRequest() throws Exception {
    assertThat(overTcp("MESSAGE", GREETING_PORT)).contains("X-Watched: service");
  }

  private static String header(List<String> answer, String start) {
    return answer.stream().filter(line -> line.startsWith(start)).findFirst().orElseThrow();
  }

  private static int greetings(List<String> answer) {
    return Integer.parseInt(header(answer, "X-Greetings: ").substring("X-Greetings: ".length()));
  }

  @Test
  void httpSharesBeansAndSessionsWithSip() throws Exception {
    int greetings = greetings(overTcp("MESSAGE", GREETING_PORT));
    String page =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d/greeting/count".formatted(httpPort)))
                    .build(),
                BodyHandlers.ofString())
            .body();
    assertThat(page.strip()).isEqualTo(greetings + " in greeting");
  }
}
