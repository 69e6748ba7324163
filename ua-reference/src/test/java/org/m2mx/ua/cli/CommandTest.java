package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.testing.Left;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;
import org.m2mx.ua.testserver.CuttingProxy;
import org.m2mx.ua.testserver.EndlessInput;
import org.m2mx.ua.testserver.TestServer;
import org.m2mx.ua.transfer.OutgoingFile;
import picocli.CommandLine;

/** The command as its user sees it: streams and exit codes, against a server on loopback. */
@Timeout(300)
class CommandTest {
  private static final String VIDEO = "sip:video@m2m-x.example";
  private static final Set<String> TUNNELLING =
      Set.of("listen", "call", "send", "receive", "forward", "doctor");

  private static Certificates.Identity authority;
  private static Certificates.Identity identity;

  @TempDir Path folder;
  private TestServer server;

  @BeforeAll
  static void issue() throws Exception {
    authority = Certificates.authority("test root");
    identity = Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(1));
  }

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(identity, InetAddress.getByName("::1"));
    for (String user : new String[] {"alice", "video", "mallory"}) {
      server.users.put(user, "secret of " + user);
      Accounts.write(folder, user, "secret of " + user, address(), authority);
    }
    server.permissions.add("alice>video");
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private String address() {
    return "[::1]:" + server.port();
  }

  /** A command that runs, and what it has written so far. */
  private static final class Run {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err;
    private final Terminal terminal;
    private final CompletableFuture<Integer> code;

    Run(InputStream in, String... args) {
      this(in, null, args);
    }

    Run(InputStream in, OutputStream elsewhere, String... args) {
      this(in, elsewhere, new ByteArrayOutputStream(), args);
    }

    Run(InputStream in, OutputStream elsewhere, ByteArrayOutputStream err, String... args) {
      this.err = err;
      terminal = new Terminal(in, elsewhere == null ? out : elsewhere, new PrintStream(err, true));
      code =
          CompletableFuture.supplyAsync(
              () -> Main.run(terminal, withoutDaemon(args)),
              task -> new Thread(task, "command").start());
    }

    /** No test talks to the IKE daemon of this machine. */
    private static String[] withoutDaemon(String... args) {
      List<String> line = new ArrayList<>(List.of(args));
      if (args.length > 0 && TUNNELLING.contains(args[0]) && !line.contains("--vici")) {
        line.addAll(1, List.of("--vici", "/no-such-daemon"));
      }
      return line.toArray(String[]::new);
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }

    int await() throws Exception {
      return code.get(120, TimeUnit.SECONDS);
    }
  }

  private static Run run(String... args) {
    return new Run(InputStream.nullInputStream(), args);
  }

  private Path account(String user) {
    return folder.resolve(user + ".json");
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(10);
    }
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void commandsOfCallersEndWithListenWhateverTheyDo() throws Exception {
    Path numbers = folder.resolve("numbers");
    Run listen = listening("--exec", Left.stubborn(numbers));
    Run call = new Run(new EndlessInput(), "call", "--account", account("alice").toString(), VIDEO);
    assertThat(Left.awaitNumbers(numbers)).allMatch(Left::isRunning);
    listen.terminal.interrupt();
    assertThat(listen.await()).isZero();
    assertThat(Left.awaitNumbers(numbers)).noneMatch(Left::isRunning);
    assertThat(call.await()).as(call.err()).isEqualTo(16);
  }

  @Test
  void isStoppedAtOnceWhileItReadsALargeFile() throws Exception {
    Path large = folder.resolve("large");
    try (RandomAccessFile holes = new RandomAccessFile(large.toFile(), "rw")) {
      holes.setLength(1L << 40);
    }
    Run send = run("send", "--account", account("alice").toString(), large.toString(), VIDEO);
    until(
        () ->
            Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(frame -> frame.getClassName().equals(OutgoingFile.class.getName())));
    send.terminal.interrupt();
    assertThat(send.await()).as(send.err()).isEqualTo(130);
    assertThat(send.err()).isEmpty();
  }

  private Run listening(String... options) throws Exception {
    String[] args = new String[options.length + 3];
    args[0] = "listen";
    args[1] = "--account";
    args[2] = account("video").toString();
    System.arraycopy(options, 0, args, 3, options.length);
    Run listen = run(args);
    until(() -> server.isRegistered("video") || listen.code.isDone());
    assertThat(listen.code).as(listen.err()).isNotDone();
    return listen;
  }

  @Test
  void registersOnceAndLeavesNothingBehind() throws Exception {
    Run run = run("register", "--account", account("video").toString(), "--once");
    assertThat(run.await()).as(run.err()).isZero();
    assertThat(run.out.toString())
        .matches(VIDEO + " sip:video@\\[::1]:\\d+;transport=tls TLSv1\\.3 TLS_AES_\\S+ 600\n");
    until(() -> server.registered.stream().anyMatch(line -> line.endsWith(" 0")));
    assertThat(server.isRegistered("video")).isFalse();
  }

  @Test
  void callsAndIsEchoed() throws Exception {
    Run listen = listening("--echo");
    byte[] data = new byte[3_000_000];
    new Random(7).nextBytes(data);
    Run call =
        new Run(
            new ByteArrayInputStream(data),
            "call",
            "--account",
            account("alice").toString(),
            VIDEO);
    assertThat(call.await()).as(call.err()).isZero();
    assertThat(call.out.toByteArray()).isEqualTo(data);
    assertThat(call.err()).contains("ringing").contains("TLSv1.3").contains("as signalled");
    assertThat(server.requests).anyMatch(line -> line.startsWith("BYE "));
    listen.terminal.interrupt();
    assertThat(listen.await()).isZero();
    until(() -> server.registered.stream().anyMatch(line -> line.endsWith(" 0")));
    assertThat(server.isRegistered("video")).isFalse();
  }

  @Test
  void passesStandardInputAndOutputBothWays() throws Exception {
    Run listen =
        new Run(
            new ByteArrayInputStream("from video".getBytes(StandardCharsets.UTF_8)),
            "listen",
            "--account",
            account("video").toString());
    until(() -> server.isRegistered("video"));
    Run call =
        new Run(
            new ByteArrayInputStream("from alice".getBytes(StandardCharsets.UTF_8)),
            "call",
            "--account",
            account("alice").toString(),
            VIDEO);
    assertThat(call.await()).as(call.err()).isZero();
    assertThat(listen.await()).as(listen.err()).isZero();
    assertThat(call.out).hasToString("from video");
    assertThat(listen.out).hasToString("from alice");
  }

  /** A disk without room. */
  private static final class Full extends OutputStream {
    @Override
    public void write(int octet) throws IOException {
      throw new IOException("No space left on device");
    }
  }

  /** The peer is not to blame, and hears BYE. */
  @Test
  void saysThatStandardOutputIsFullOrStandardInputCannotBeRead() throws Exception {
    Run listen = listening("--echo");
    InputStream hello = new ByteArrayInputStream("hello".getBytes(StandardCharsets.US_ASCII));
    String[] args = {"call", "--account", account("alice").toString(), VIDEO};
    Run call = new Run(hello, new Full(), args);
    assertThat(call.await()).as(call.err()).isEqualTo(24);
    assertThat(call.err())
        .contains("m2mx-ua: Standard output cannot be written (No space left on device). See what");
    InputStream unreadable =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("Is a directory");
          }
        };
    Run unread = new Run(unreadable, null, args);
    assertThat(unread.await()).as(unread.err()).isEqualTo(24);
    assertThat(unread.err()).contains("Standard input cannot be read (Is a directory)");
    Run list = new Run(hello, new Full(), "check", "server", "--list");
    assertThat(list.await()).as(list.err()).isEqualTo(24);
    listen.terminal.interrupt();
    listen.await();
    assertThat(server.requests.stream().filter(line -> line.startsWith("BYE "))).hasSize(2);
  }

  @Test
  void sendsFilesAndFindsThemOnTheOtherSide() throws Exception {
    Path photo = folder.resolve("photo.jpg");
    byte[] bytes = new byte[2_000_000];
    new Random(3).nextBytes(bytes);
    Files.write(photo, bytes);
    Path inbox = folder.resolve("inbox");
    Run receive =
        run(
            "receive",
            "--account",
            account("video").toString(),
            "--into",
            inbox.toString(),
            "--once");
    until(() -> server.isRegistered("video") || receive.code.isDone());
    Path trick = Files.writeString(folder.resolve("clear\u001b[2J\nall"), "trick");
    Run send =
        run(
            "send",
            "--account",
            account("alice").toString(),
            photo.toString(),
            trick.toString(),
            VIDEO);
    assertThat(send.await()).as(send.err()).isZero();
    assertThat(receive.await()).as(receive.err()).isZero();
    assertThat(inbox.resolve("clear_[2J_all")).hasContent("trick");
    for (String told : List.of(send.err(), receive.err(), send.out.toString())) {
      assertThat(told).contains("clear\uFFFD[2J\uFFFDall").doesNotContain("\u001b");
    }
    assertThat(inbox.resolve("photo.jpg")).hasSameBinaryContentAs(photo);
    assertThat(send.out.toString()).containsPattern("(?m)^[0-9a-f]{64}  .*photo\\.jpg$");
    assertThat(receive.out.toString()).contains(inbox.resolve("photo.jpg").toString());
  }

  /** Ctrl-C at the sender's is no end of what it sends. */
  @Test
  void whoReceivesAStreamSaysThatItWasBrokenOff() throws Exception {
    Run listen = listening();
    Run call = new Run(new EndlessInput(), "call", "--account", account("alice").toString(), VIDEO);
    until(() -> listen.out.size() > 100_000 || listen.code.isDone());
    call.terminal.interrupt();
    assertThat(call.await()).as(call.err()).isEqualTo(130);
    assertThat(listen.await()).as(listen.err()).isEqualTo(16);
    assertThat(listen.err().lines().reduce("", (first, last) -> last))
        .matches(
            "m2mx-ua: The data channel to sip:alice@m2m-x\\.example broke after "
                + listen.out.size()
                + " bytes had come and 0 were sent: the session ended before the stream: .*");
  }

  /** Zeros until it is told to end, as of a command that Ctrl-C stops with those it is piped to. */
  private static final class PipelineInput extends InputStream {
    private final CountDownLatch stopped = new CountDownLatch(1);
    private int left = 100_000;

    @Override
    public int read() {
      return read(new byte[1], 0, 1) < 0 ? -1 : 0;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      int given = Math.min(length, left);
      left -= given;
      if (given == 0) {
        awaitUninterrupted(stopped);
        return -1;
      }
      return given;
    }
  }

  /** Ctrl-C stops the whole pipeline: the end of what is piped in is none then. */
  @Test
  void whoReceivesAPipelinesOutputSaysThatItWasBrokenOff() throws Exception {
    Run listen = listening();
    PipelineInput input = new PipelineInput();
    Run call = new Run(input, "call", "--account", account("alice").toString(), VIDEO);
    until(() -> listen.out.size() == 100_000 || listen.code.isDone());
    call.terminal.onInterrupt(input.stopped::countDown);
    call.terminal.interrupt();
    assertThat(call.await()).as(call.err()).isEqualTo(130);
    assertThat(listen.await()).as(listen.err()).isEqualTo(16);
    assertThat(listen.err()).contains("broke after 100000 bytes had come");
  }

  /** The receiver looks at what has come when the sender is gone. */
  @Test
  void whoReceivesAFileSaysWhatIsThereAndHowItGoesOn() throws Exception {
    Path film = folder.resolve("film.mp4");
    Files.write(film, new byte[20_000_000]);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    ByteArrayOutputStream err =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] octets, int offset, int length) {
            super.write(octets, offset, length);
            if (toString(StandardCharsets.UTF_8).contains("film.mp4: ") && gone.getCount() > 0) {
              begun.countDown();
              awaitUninterrupted(gone);
            }
          }
        };
    String[] args = {
      "receive", "--account", account("video").toString(), "--into", folder + "/inbox", "--once"
    };
    Run receive = new Run(InputStream.nullInputStream(), null, err, args);
    until(() -> server.isRegistered("video") || receive.code.isDone());
    String[] sending = {"send", "--account", account("alice").toString(), film.toString(), VIDEO};
    Run send = run(sending);
    assertThat(begun.await(60, TimeUnit.SECONDS)).as(send.err()).isTrue();
    send.terminal.interrupt();
    assertThat(send.await()).as(send.err()).isEqualTo(130);
    gone.countDown();
    assertThat(receive.await()).as(receive.err()).isEqualTo(21);
    assertThat(receive.err().lines().reduce("", (first, last) -> last))
        .matches(
            "m2mx-ua: film\\.mp4 is not whole: \\d+ of 20000000 bytes have come from "
                + "sip:alice@m2m-x\\.example \\(.*\\)\\. Receive again and have it sent again: .*");
    Run again = run(args);
    until(() -> server.isRegistered("video") || again.code.isDone());
    assertThat(run(sending).await()).isZero();
    assertThat(again.await()).as(again.err()).isZero();
    assertThat(folder.resolve("inbox/film.mp4")).hasSize(20_000_000);
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private void leadStreamsThrough(CuttingProxy proxy) {
    Pattern port = Pattern.compile("m=application (\\d+) TCP/TLS m2mx");
    server.tamper =
        body ->
            body.contains("a=setup:passive")
                ? port.matcher(body)
                    .replaceAll(
                        m ->
                            "m=application "
                                + proxy.to(Integer.parseInt(m.group(1)))
                                + " TCP/TLS m2mx")
                : body;
  }

  private static void signal(String name, Process process) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start();
      assertThat(kill.waitFor()).isZero();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Its machine is suspended; meanwhile the receiver and the server have given it up. */
  @Test
  void goesOnWithAFileAfterALongerSleepThanItsPatience() throws Exception {
    int patience = 6;
    Path film = folder.resolve("film.mp4");
    byte[] bytes = new byte[12_000_000];
    new Random(5).nextBytes(bytes);
    Files.write(film, bytes);
    CompletableFuture<Process> sender = new CompletableFuture<>();
    CountDownLatch asleep = new CountDownLatch(1);
    Runnable fallAsleep =
        () -> {
          signal("STOP", sender.join());
          asleep.countDown();
        };
    try (CuttingProxy proxy =
        new CuttingProxy(InetAddress.getByName("::1"), 6_000_000, fallAsleep)) {
      leadStreamsThrough(proxy);
      Run receive =
          run("receive", "--account", account("video").toString(), "--into", folder + "/inbox");
      until(() -> server.isRegistered("video") || receive.code.isDone());
      Path said = folder.resolve("said");
      sender.complete(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "send",
                  "--vici",
                  "/no-such-daemon",
                  "--account",
                  account("alice").toString(),
                  "--patience",
                  String.valueOf(patience),
                  film.toString(),
                  VIDEO)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start());
      try {
        assertThat(asleep.await(120, TimeUnit.SECONDS)).as("half of it has gone").isTrue();
        server.cut("alice");
        until(() -> receive.err().contains("is not whole"));
        // How long it sleeps is what this is about.
        TimeUnit.SECONDS.sleep(patience + 1);
        signal("CONT", sender.join());
        assertThat(sender.join().waitFor(120, TimeUnit.SECONDS)).isTrue();
      } finally {
        sender.join().destroyForcibly();
      }
      assertThat(sender.join().exitValue()).as(Files.readString(said)).isZero();
      assertThat(said).content().contains(", going on at ");
      assertThat(folder.resolve("inbox/film.mp4")).hasSameBinaryContentAs(film);
      receive.terminal.interrupt();
      assertThat(receive.await()).isZero();
    }
  }

  @Test
  void callsAgainAndGoesOnWhenTheChannelBreaks() throws Exception {
    Path film = folder.resolve("film.mp4");
    byte[] bytes = new byte[12_000_000];
    new Random(4).nextBytes(bytes);
    Files.write(film, bytes);
    try (CuttingProxy proxy = new CuttingProxy(InetAddress.getByName("::1"), 6_000_000)) {
      leadStreamsThrough(proxy);
      Run receive =
          run("receive", "--account", account("video").toString(), "--into", folder + "/inbox");
      until(() -> server.isRegistered("video") || receive.code.isDone());
      Run send = run("send", "--account", account("alice").toString(), film.toString(), VIDEO);
      assertThat(send.await()).as(send.err()).isZero();
      assertThat(send.err()).contains("Calling again in").contains(", going on at ");
      assertThat(proxy.connections()).isGreaterThan(1);
      assertThat(folder.resolve("inbox/film.mp4")).hasSameBinaryContentAs(film);
      receive.terminal.interrupt();
      assertThat(receive.await()).isZero();
    }
  }

  @Test
  void makesAPortOfThePeerReachableHere() throws Exception {
    try (ServerSocket page = new ServerSocket(0, 10, InetAddress.getByName("::1"))) {
      Thread web =
          new Thread(
              () -> {
                try {
                  while (true) {
                    try (Socket browser = page.accept()) {
                      browser.getInputStream().read();
                      browser.getOutputStream().write("a page".getBytes(StandardCharsets.UTF_8));
                    }
                  }
                } catch (IOException e) {
                  // Closed.
                }
              });
      web.setDaemon(true);
      web.start();
      Run listen = listening("--expose", String.valueOf(page.getLocalPort()));
      Run forward =
          run(
              "forward",
              "--json",
              "--account",
              account("alice").toString(),
              "--bind",
              "127.0.0.2",
              "0:" + page.getLocalPort(),
              VIDEO);
      until(() -> forward.err().contains("\"connected\"") || forward.code.isDone());
      assertThat(forward.code).as(forward.err()).isNotDone();
      Matcher port = Pattern.compile("127\\.0\\.0\\.2:(\\d+)").matcher(forward.out.toString());
      assertThat(port.find()).as(forward.out.toString()).isTrue();
      until(() -> "a page".equals(read(Integer.parseInt(port.group(1)))));
      forward.terminal.interrupt();
      assertThat(forward.await()).isIn(0, 130);
      until(() -> listen.err().contains("session with sip:alice@m2m-x.example ended"));
      listen.terminal.interrupt();
      assertThat(listen.await()).isZero();
    }
  }

  private static String read(int port) {
    try (Socket socket = new Socket("127.0.0.2", port)) {
      socket.getOutputStream().write(1);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return null;
    }
  }

  @Test
  void importsAnAccountShowsItAndHandsItOn() throws Exception {
    Path made = folder.resolve("new/account.json");
    Run taken = run("account", "import", account("video").toString(), "--account", made.toString());
    assertThat(taken.await()).as(taken.err()).isZero();
    assertThat(taken.out.toString()).contains(VIDEO).doesNotContain("secret of video");
    assertThat(AccountFile.read(made)).isEqualTo(AccountFile.read(account("video")));
    assertThat(Files.getPosixFilePermissions(made))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertFails(
        run("account", "import", account("alice").toString(), "--account", made.toString()),
        3,
        "There is an account file",
        "--force");

    Run shown = run("account", "show", "--account", made.toString());
    assertThat(shown.await()).isZero();
    assertThat(shown.out.toString())
        .contains("server        " + address())
        .contains("CN=test root, until ")
        .doesNotContain("secret of video");
    Run secret = run("account", "show", "--json", "--secret", "--account", made.toString());
    assertThat(secret.await()).isZero();
    assertThat(secret.out.toString()).contains("\"password\":\"secret of video\"");

    Run drawn = run("account", "qr", "--json", "--account", made.toString());
    assertThat(drawn.await()).isZero();
    Matcher text = Pattern.compile("\"text\":\"(m2mx:[^\"]+)\"").matcher(drawn.out.toString());
    assertThat(text.find()).isTrue();
    Run again =
        new Run(
            new ByteArrayInputStream(text.group(1).getBytes(StandardCharsets.UTF_8)),
            "account",
            "import",
            "-",
            "--force",
            "--account",
            made.toString());
    assertThat(again.await()).as(again.err()).isZero();
    assertThat(AccountFile.read(made)).isEqualTo(AccountFile.read(account("video")));
  }

  @Test
  void examinesWhatStandsInTheWayOfCalls() throws Exception {
    server.knocks = true;
    Run well =
        run(
            "doctor",
            "--account",
            account("video").toString(),
            "--firewall",
            "none",
            "--vici",
            folder.resolve("nobody").toString());
    assertThat(well.await()).as(well.out.toString()).isZero();
    assertThat(well.out.toString())
        .contains("ok    account")
        .contains("ok    server")
        .contains("warn  clock")
        .contains("ok    credential")
        .contains(
            "warn  firewall    the server has knocked where no hole is, and came in by TCP and UDP")
        .contains("warn  gateway")
        .contains("warn  tunnel      no ike-esp-udpencap: there is no IKE daemon at ");
    server.refusals.put("MESSAGE", 202);
    server.registerHeaders = List.of("Date: Sat, 01 Jan 2000 00:00:00 GMT");
    Run kept = run("doctor", "--account", account("video").toString(), "--firewall", "none");
    assertThat(kept.await()).isEqualTo(22);
    assertThat(kept.out.toString())
        .contains("fail  clock")
        .contains("TCP and UDP: the server offers no proof");
    Accounts.write(folder, "video", "guess", address(), authority);
    Run ill = run("doctor", "--json", "--account", account("video").toString());
    assertThat(ill.await()).isEqualTo(22);
    assertThat(ill.out.toString().lines())
        .allMatch(line -> line.startsWith("{\"event\":\"finding\",\"subject\":\""))
        .anyMatch(line -> line.contains("\"credential\",\"verdict\":\"fail\""))
        .anyMatch(line -> line.contains("TCP and UDP: the server knocks for those who"));
    until(() -> server.registered.stream().anyMatch(line -> line.endsWith(" 0")));
    assertThat(server.isRegistered("video")).isFalse();
    Run missing = run("doctor", "--account", folder.resolve("missing.json").toString());
    assertThat(missing.await()).isEqualTo(22);
    assertThat(missing.out.toString()).startsWith("fail  account").contains("does not exist");
  }

  @Test
  void anExaminationCanBeStopped() throws Exception {
    server.refusals.put("MESSAGE", 100);
    Run doctor = run("doctor", "--account", account("video").toString(), "--firewall", "none");
    until(() -> server.requests.stream().anyMatch(line -> line.startsWith("MESSAGE ")));
    doctor.terminal.interrupt();
    assertThat(doctor.await()).isEqualTo(130);
    assertThat(doctor.out.toString()).contains("ok    credential").doesNotContain("firewall");
    until(() -> !server.isRegistered("video"));
  }

  @Test
  void takesOptionsBetweenItsArguments() throws Exception {
    String account = account("alice").toString();
    assertFails(run("send", "no-such-file", "--account", account, VIDEO), 21, "no-such-file");
    assertFails(run("send", "--account", account, VIDEO), 2, "files and, last, to whom");
    assertFails(run("forward", "8080:80", "--account", account), 2, "ports, such as 8080:80");
    assertFails(
        run("forward", "8080:x", "--account", account, VIDEO),
        2,
        "8080:x",
        "m2mx-ua forward --help");
  }

  @Test
  void asksForATunnelWhereThereIsNone() throws Exception {
    String nobody = folder.resolve("nobody").toString();
    String alice = account("alice").toString();
    for (String command : List.of("call", "listen")) {
      List<String> line = new ArrayList<>(List.of(command, "--account", alice));
      line.addAll(List.of("--protocol", "tcp-tls,ike-esp-udpencap", "--vici", nobody));
      if (command.equals("call")) {
        line.add(VIDEO);
      }
      assertFails(
          run(line.toArray(String[]::new)),
          16,
          "No ike-esp-udpencap, since there is no IKE daemon at " + nobody,
          "Have strongSwan run");
    }
    assertFails(
        run("send", "--protocol", "udp-dtls", "--account", alice, alice, VIDEO),
        2,
        "a stream is needed here, which tcp-tls and ike-esp-udpencap are");
  }

  @Test
  void saysThatThereIsNoFileToSendBeforeItCalls() throws Exception {
    assertFails(
        run("send", "--account", account("alice").toString(), "no-such-file", VIDEO),
        21,
        "no-such-file does not exist");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void saysThatThePeerDoesNotReceiveFiles() throws Exception {
    Run listen = listening("--echo");
    assertFails(
        run("send", "--account", account("alice").toString(), account("alice").toString(), VIDEO),
        21,
        "does not greet with");
    listen.terminal.interrupt();
    listen.await();
  }

  @Test
  void declinesASenderWhoIsNotWelcome() throws Exception {
    Run receive =
        run(
            "receive",
            "--account",
            account("video").toString(),
            "--into",
            folder.toString(),
            "--from",
            "sip:carol@m2m-x.example");
    until(() -> server.isRegistered("video") || receive.code.isDone());
    assertFails(
        run("send", "--account", account("alice").toString(), account("alice").toString(), VIDEO),
        13,
        "declined");
    receive.terminal.interrupt();
    receive.await();
    assertThat(receive.err()).contains("declined sip:alice@m2m-x.example");
  }

  @Test
  void joinsACallerToACommand() throws Exception {
    Run listen = listening("--exec", "tr a-z A-Z; echo \"for $M2MX_PEER\"");
    Run call =
        new Run(
            new ByteArrayInputStream("hello\n".getBytes(StandardCharsets.UTF_8)),
            "call",
            "--account",
            account("alice").toString(),
            VIDEO);
    assertThat(call.await()).as(call.err()).isZero();
    assertThat(call.out).hasToString("HELLO\nfor sip:alice@m2m-x.example\n");
    until(() -> listen.err().contains("ended with status 0"));
    listen.terminal.interrupt();
    listen.await();
  }

  @Test
  void aCommandDoesNotTakeWhatWasBrokenOffForWhole() throws Exception {
    Path part = folder.resolve("part");
    Path whole = folder.resolve("whole");
    Run listen = listening("--exec", "cat > " + part + " && mv " + part + " " + whole);
    Run call = new Run(new EndlessInput(), "call", "--account", account("alice").toString(), VIDEO);
    until(() -> part.toFile().length() > 100_000);
    call.terminal.interrupt();
    assertThat(call.await()).isEqualTo(130);
    until(() -> Pattern.compile("ended with status|failed").matcher(listen.err()).find());
    assertThat(whole).doesNotExist();
    listen.terminal.interrupt();
    listen.await();
  }

  @Test
  void endsTheCommandOfACallerWhoHasGone() throws Exception {
    Path alive = folder.resolve("alive");
    Run listen =
        listening(
            "--exec",
            "trap 'rm " + alive + "; exit' TERM; touch " + alive + "; while :; do sleep 0.1; done");
    Run call = run("call", "--account", account("alice").toString(), VIDEO);
    until(() -> Files.exists(alive));
    call.terminal.interrupt();
    assertThat(call.await()).isEqualTo(130);
    until(() -> !Files.exists(alive));
    listen.terminal.interrupt();
    listen.await();
  }

  /** Whether the peer still takes what comes or not. */
  @Test
  void endsACallInFullFlowWhenTheUserStopsIt() throws Exception {
    Run listen = listening("--echo");
    EndlessInput input = new EndlessInput();
    Run call =
        new Run(
            input,
            OutputStream.nullOutputStream(),
            "call",
            "--account",
            account("alice").toString(),
            VIDEO);
    until(() -> input.given() > 10_000_000);
    call.terminal.interrupt();
    assertThat(call.await()).isEqualTo(130);
    listen.terminal.interrupt();
    listen.await();
  }

  /** A peer that gives up in the middle has not got what was sent. */
  @Test
  void failsWhenThePeerEndsTheSessionBeforeItHasTakenEverything() throws Exception {
    Run listen =
        new Run(
            InputStream.nullInputStream(),
            new Full(),
            "listen",
            "--account",
            account("video").toString());
    until(() -> server.isRegistered("video"));
    Run call =
        new Run(
            new ByteArrayInputStream(new byte[1_000_000]),
            "call",
            "--account",
            account("alice").toString(),
            VIDEO);
    assertThat(call.await()).as(call.err()).isEqualTo(16);
    // Whichever direction hears of it first.
    assertThat(call.err())
        .containsPattern("may not have got everything|the session ended before the stream");
    assertThat(listen.await()).as(listen.err()).isEqualTo(24);
  }

  @Test
  void tellsMachinesTheSameAsPeople() throws Exception {
    Run listen = listening("--echo", "--json");
    Run call = run("call", "--json", "--account", account("alice").toString(), VIDEO);
    assertThat(call.await()).as(call.err()).isZero();
    assertThat(call.err().lines())
        .allMatch(line -> line.startsWith("{\"event\":\"") && line.endsWith("}"))
        .anyMatch(line -> line.startsWith("{\"event\":\"registered\",\"aor\":\"sip:alice@"))
        .anyMatch(line -> line.contains("\"event\":\"connected\"") && line.contains(VIDEO))
        .anyMatch(line -> line.contains("\"event\":\"ended\"") && line.contains("\"sent\":0"));
    listen.terminal.interrupt();
    listen.await();
    Run register = run("register", "--once", "--json", "--account", account("video").toString());
    assertThat(register.await()).isZero();
    assertThat(register.out.toString()).startsWith("{\"event\":\"registered\"").endsWith("}\n");
    Run wrong = run("dance", "--json");
    assertThat(wrong.await()).isEqualTo(2);
    assertThat(wrong.err())
        .startsWith("{\"event\":\"error\",\"code\":2,\"reason\":\"USAGE\",\"message\":\"");
  }

  @Test
  void chatsAndTellsWhatWasDelivered() throws Exception {
    server.permissions.add("video>alice");
    Run alone = run("chat", "--account", account("video").toString());
    until(() -> server.isRegistered("video") || alone.code.isDone());
    Run chat =
        new Run(
            new ByteArrayInputStream(
                "Hello!\n\nIs it\u001b[2J cold?\n".getBytes(StandardCharsets.UTF_8)),
            "chat",
            "--account",
            account("alice").toString(),
            VIDEO);
    assertThat(chat.await()).as(chat.err()).isZero();
    assertThat(chat.err().lines().filter(("delivered to " + VIDEO)::equals)).hasSize(2);
    assertThat(alone.out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "sip:alice@m2m-x.example: Hello!\n"
                + "sip:alice@m2m-x.example: Is it\uFFFD[2J cold?\n");
    alone.terminal.interrupt();
    assertThat(alone.await()).isZero();
  }

  @Test
  void aMessageThatCannotBeShownIsNotDelivered() throws Exception {
    InputStream nothing = InputStream.nullInputStream();
    Run deaf = new Run(nothing, new Full(), "chat", "--account", account("video").toString());
    until(() -> server.isRegistered("video"));
    Run chat =
        new Run(
            new ByteArrayInputStream("hello\n".getBytes(StandardCharsets.UTF_8)),
            "chat",
            "--account",
            account("alice").toString(),
            VIDEO);
    assertThat(chat.await()).as(chat.err()).isEqualTo(11);
    assertThat(deaf.await()).as(deaf.err()).isEqualTo(24);
    assertThat(deaf.err()).contains("Standard output cannot be written");
  }

  @Test
  void tellsWhichMessagesWereNotDelivered() throws Exception {
    Run chat =
        new Run(
            new ByteArrayInputStream("one\ntwo\n".getBytes(StandardCharsets.UTF_8)),
            "chat",
            "--json",
            "--account",
            account("alice").toString(),
            VIDEO);
    assertThat(chat.await()).isEqualTo(11);
    assertThat(chat.err().lines().filter(line -> line.contains("\"event\":\"undelivered\"")))
        .hasSize(2)
        .allMatch(line -> line.contains("\"reason\":\"USER_OFFLINE\""));
    assertThat(chat.err().lines().reduce((first, second) -> second).orElseThrow())
        .contains("\"code\":11")
        .contains("Of 2 messages 2 were not delivered");
  }

  @Test
  void tellsWhoIsThere() throws Exception {
    Run listen = listening("--echo");
    Run status =
        run("status", "--account", account("alice").toString(), VIDEO, "sip:nobody@m2m-x.example");
    assertThat(status.await()).as(status.err()).isZero();
    assertThat(status.out)
        .hasToString(
            "sip:alice@m2m-x.example is not registered\n"
                + "sip:video@m2m-x.example is online\n"
                + "sip:nobody@m2m-x.example is unknown\n");
    Run own = run("status", "--json", "--account", account("video").toString());
    assertThat(own.await()).as(own.err()).isZero();
    assertThat(own.out.toString())
        .contains("\"event\":\"status\"", "\"expires\":600", "\"thisDevice\":true");
    assertThat(server.isRegistered("video")).as("listen is left alone").isTrue();
    listen.terminal.interrupt();
    assertThat(listen.await()).isZero();
  }

  /** The page for machines lists what they can be told, and nothing else. */
  @Test
  void describesEachEventInTheGuide() throws Exception {
    String guide = Files.readString(Path.of("..", "docs", "integrators", "json.md"));
    List<String> described =
        guide
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.split(" \\| ")[0] + " | " + line.split(" \\| ")[1])
            .toList();
    List<String> told =
        Arrays.stream(Event.Kind.values())
            .map(
                kind ->
                    "| `"
                        + kind.text()
                        + "` | "
                        + String.join(
                            ", ", kind.fields().stream().map(f -> "`" + f + "`").toList()))
            .toList();
    assertThat(described).containsExactlyInAnyOrderElementsOf(told);
  }

  @Test
  void passesPacketsBothWays() throws Exception {
    PipedOutputStream toListen = new PipedOutputStream();
    Run listen =
        new Run(new PipedInputStream(toListen), "listen", "--account", account("video").toString());
    until(() -> server.isRegistered("video"));
    PipedOutputStream toCall = new PipedOutputStream();
    Run call =
        new Run(
            new PipedInputStream(toCall),
            "call",
            "--account",
            account("alice").toString(),
            "--protocol",
            "udp-dtls",
            VIDEO);
    toListen.write("from video".getBytes(StandardCharsets.UTF_8));
    toCall.write("from alice".getBytes(StandardCharsets.UTF_8));
    // Packets have no end that could be passed on: whose input ends may hang up soon.
    until(() -> call.out.toString().equals("from video"));
    until(() -> listen.out.toString().equals("from alice"));
    toListen.close();
    toCall.close();
    assertThat(call.await()).as(call.err()).isZero();
    assertThat(listen.await()).as(listen.err()).isZero();
    assertThat(call.err()).contains("connected with " + VIDEO + ": DTLSv1.2 ");
  }

  @Test
  void theCalleeChoosesTheProtocol() throws Exception {
    Run listen = listening("--echo", "--protocol", "udp-dtls,tcp-tls");
    Run call = run("call", "--account", account("alice").toString(), VIDEO);
    assertThat(call.await()).as(call.err()).isZero();
    assertThat(call.err()).contains("DTLSv1.2");
    listen.terminal.interrupt();
    listen.await();
    until(() -> !server.isRegistered("video"));
    Run picky = listening("--echo", "--protocol", "tcp-tls");
    assertFails(
        run("call", "--account", account("alice").toString(), "--protocol", "udp-dtls", VIDEO),
        15,
        "shares no data protocol");
    picky.terminal.interrupt();
    picky.await();
    assertFails(
        run("call", "--account", account("alice").toString(), "--protocol", "smtp", VIDEO),
        2,
        "\"smtp\" is none of [tcp-tls, udp-dtls, ike-esp-udpencap]");
  }

  @Test
  void walksTheWholeWay() throws Exception {
    Run demo = run("demo", "--accounts", folder.toString(), "--size", "4");
    assertThat(demo.await()).as(demo.err() + demo.out).isZero();
    assertThat(demo.out.toString())
        .contains(
            "server up", "TestServer/1", "404", "SHA-256 equal", "\npast the server  ", "BYE");
    assertThat(demo.err()).isEmpty();
  }

  private void assertFails(Run run, int code, String... parts) throws Exception {
    assertThat(run.await()).as(run.err()).isEqualTo(code);
    assertThat(run.err().lines()).as("one line, the last").isNotEmpty();
    String last = run.err().lines().reduce((a, b) -> b).orElseThrow();
    assertThat(last).startsWith("m2mx-ua: ").contains(parts);
    assertThat(run.err().lines().filter(line -> line.startsWith("m2mx-ua: "))).hasSize(1);
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void saysThatThePasswordIsWrong() throws Exception {
    Accounts.write(folder, "video", "guess", address(), authority);
    Run run = run("register", "--account", account("video").toString());
    assertFails(run, 7, "does not accept the password of " + VIDEO, "account file");
    assertThat(run.err().lines()).hasSize(1);
  }

  @Test
  void namesAnUnknownKeyAndItsPlace() throws Exception {
    Files.writeString(
        account("video"), Files.readString(account("video")).replace("\"server\"", "\"sever\""));
    assertFails(
        run("register", "--account", account("video").toString()),
        3,
        "unknown key \"sever\" at line 5, column 3");
  }

  @Test
  void saysThatNobodyServesThere() throws Exception {
    server.close();
    assertFails(
        run("register", "--account", account("video").toString()), 5, "refuses connections");
  }

  @Test
  void saysThatNothingIsKnownByTheServersName() throws Exception {
    Accounts.write(folder, "video", "x", "no-such-host.invalid:5061", authority);
    assertFails(
        run("register", "--account", account("video").toString()),
        5,
        "no-such-host.invalid has no address");
  }

  @Test
  void refusesAServerThatTheTrustAnchorDoesNotVouchFor() throws Exception {
    Accounts.write(folder, "video", "x", address(), Certificates.authority("another root"));
    assertFails(
        run("register", "--account", account("video").toString()),
        6,
        "is not vouched for by the account's trust anchor");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void refusesACertificateThatHasExpired() throws Exception {
    serveWith(
        Certificates.server(
            authority, "::1", Instant.now().minus(Duration.ofDays(3)), Duration.ofDays(1)));
    assertFails(
        run("register", "--account", account("video").toString()), 6, "expired on ", "renew");
    assertThat(server.requests).isEmpty();
  }

  @Test
  void refusesACertificateForAnotherName() throws Exception {
    serveWith(
        Certificates.server(authority, "sip.other.example", Instant.now(), Duration.ofDays(1)));
    assertFails(
        run("register", "--account", account("video").toString()),
        6,
        "is for sip.other.example and not for ::1");
    assertThat(server.requests).isEmpty();
  }

  private void serveWith(Certificates.Identity other) throws Exception {
    server.close();
    server = new TestServer(other, InetAddress.getByName("::1"));
    Accounts.write(folder, "video", "secret of video", address(), authority);
  }

  @Test
  void saysThatACalleeIsUnknownWhetherItIsOrNot() throws Exception {
    Run listen = listening("--echo");
    assertFails(
        run("call", "--account", account("mallory").toString(), VIDEO), 10, "is unknown (404)");
    assertFails(
        run("call", "--account", account("mallory").toString(), "sip:nobody@m2m-x.example"),
        10,
        "is unknown (404)");
    assertThat(listen.err()).doesNotContain("called by");
    listen.terminal.interrupt();
    listen.await();
  }

  @Test
  void saysThatACalleeIsOffLine() throws Exception {
    assertFails(
        run("call", "--account", account("alice").toString(), VIDEO), 11, "not on line", "480");
  }

  @Test
  void refusesAPeerWhoseCertificateIsNotTheOneSignalled() throws Exception {
    server.tamper =
        body -> body.replaceFirst("fingerprint:SHA-256 [0-9A-F:]{5}", "fingerprint:SHA-256 00:00");
    Run listen = listening("--echo");
    Run call = run("call", "--account", account("alice").toString(), VIDEO);
    assertThat(call.await()).as(call.err()).isIn(16, 17);
    until(() -> server.requests.stream().anyMatch(line -> line.startsWith("BYE ")));
    assertThat(call.out.size()).isZero();
    listen.terminal.interrupt();
    listen.await();
    assertThat(call.err() + listen.err())
        .contains("showed a certificate with SHA-256", "but signalled SHA-256 00:00");
    assertThat(listen.err()).doesNotContain("connected with");
  }

  @Test
  void refusesAPeerWhoseCertificateHasChangedUntilItIsAccepted() throws Exception {
    Run listen = listening("--echo");
    Run first = run("call", "--account", account("alice").toString(), VIDEO);
    assertThat(first.await()).as(first.err()).isZero();
    assertThat(first.err()).contains("met " + VIDEO + " for the first time");
    listen.terminal.interrupt();
    listen.await();
    until(() -> !server.isRegistered("video"));

    String[] another = {"--echo", "--state", folder.resolve("another").toString()};
    listen = listening(another);
    Run refused = run("call", "--account", account("alice").toString(), VIDEO);
    assertFails(refused, 19, "is not the one remembered", "showed SHA-256", "known is SHA-256");
    String remedy =
        refused.err().replaceAll("(?s).*m2mx-ua (peers accept \\S+ [0-9A-F:]+).*", "$1");
    String[] accept = (remedy + " --account " + account("alice")).split(" ");
    assertThat(run(accept).await()).isZero();
    Run accepted = run("call", "--account", account("alice").toString(), VIDEO);
    assertThat(accepted.await()).as(accepted.err() + listen.err()).isZero();
    assertThat(accepted.err()).doesNotContain("for the first time");

    Run list = run("peers", "list", "--account", account("alice").toString());
    assertThat(list.await()).isZero();
    assertThat(list.out.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.startsWith(VIDEO + " SHA-256 "));
    Run forget = run("peers", "forget", VIDEO, "--account", account("alice").toString());
    assertThat(forget.await()).isZero();
    assertThat(forget.err()).isEqualTo("forgot " + VIDEO + System.lineSeparator());
    assertFails(
        run("peers", "accept", VIDEO, "AB:CD", "--account", account("alice").toString()),
        2,
        "is not a SHA-256 fingerprint");
    listen.terminal.interrupt();
    listen.await();
  }

  @Test
  void saysThatTheOtherUserAgentSharesNoProtocol() throws Exception {
    server.tamper = body -> body.replace("TLS m2mx", "TLS other");
    Run listen = listening("--echo");
    assertFails(
        run("call", "--account", account("alice").toString(), VIDEO),
        15,
        "shares no data protocol");
    listen.terminal.interrupt();
    listen.await();
  }

  @Test
  void takesARingingCallBackWhenItTakesTooLong() throws Exception {
    Run listen = listening("--echo");
    server.refusals.put("INVITE", 180);
    assertFails(
        run("call", "--account", account("alice").toString(), "--timeout", "10", VIDEO),
        14,
        "did not answer within 10 s");
    until(() -> server.requests.stream().anyMatch(line -> line.startsWith("CANCEL ")));
    listen.terminal.interrupt();
    listen.await();
  }

  @Test
  void saysWhatIsWrongWithTheCommandLine() throws Exception {
    assertFails(run("dance"), 2, "There is no command dance", "--help");
    assertFails(run("lisen"), 2, "There is no command lisen; is it listen");
    assertFails(run("help", "dance"), 2, "Unknown subcommand 'dance'. Run");
    assertFails(run("call", "--acount", "x", VIDEO), 2, "no option --acount; is it --account");
    assertFails(run("call", "--acount=secret", VIDEO), 2, "There is no option --acount;");
    assertFails(run("call", VIDEO, "now"), 2, "'now' is one argument too many");
    assertFails(run("call", "--timeout", "soon", VIDEO), 2, "'soon' is not a whole number");
    assertFails(run("call", "--account", "", VIDEO), 2, "'--account'", "it is empty");
    assertFails(run("call", "--state", "", VIDEO), 2, "'--state'", "it is empty");
    assertFails(run("call", "--firewall", "moat", VIDEO), 2, "'moat' is none of [auto, igd");
    assertFails(run("listen", "--exec", " "), 2, "--exec takes a command");
    assertFails(run("send", "", VIDEO), 2, "a file's name is empty");
    assertFails(run("forward", "8080:80", "8080:81", VIDEO), 2, "port 8080", "given twice");
    assertFails(run("forward", "--bind", "", "1:1", VIDEO), 2, "'--bind'", "it is empty");
    assertFails(run("check", "device"), 2, "say which DEVICE");
    assertFails(run("call", "--account", "no-such", VIDEO), 3, "no-such does not exist", "import");
    assertFails(run(), 2, "No command given");
    assertFails(run("demo", "--accounts", "x", "--size", "0"), 2, "--size must be 1 or more");
    assertFails(run("call", "--account", "x"), 2, "CALLEE");
    assertFails(run("call", "video"), 2, "\"video\" is not an address such as");
    assertFails(run("forward", "80", VIDEO), 2, "\"80\" is not LOCAL:REMOTE");
    assertFails(run("forward", "80:0", VIDEO), 2, "between 1 and 65535");
    assertFails(run("listen", "--expose", "70000"), 2, "--expose takes ports");
    assertFails(run("listen", "--echo", "--exec", "cat"), 2, "m2mx-ua: --echo", "exclusive");
  }

  @Test
  void warnsOfAnAccountFileThatOthersCanRead() throws Exception {
    Files.setPosixFilePermissions(account("video"), PosixFilePermissions.fromString("rw-r--r--"));
    Run run = run("register", "--account", account("video").toString(), "--once");
    assertThat(run.await()).isZero();
    assertThat(run.err()).contains("warning: ").contains("can be read by others; run: chmod 600");
  }

  @Test
  void teachesWithExamplesThatFitOnAScreen() throws Exception {
    teaches(Main.commands(run().terminal));
  }

  private static void teaches(CommandLine commands) throws Exception {
    for (CommandLine command : commands.getSubcommands().values()) {
      String name = command.getCommandSpec().qualifiedName();
      if (name.equals("m2mx-ua help")) {
        continue;
      }
      Run run = run((name.substring("m2mx-ua ".length()) + " --help").split(" "));
      assertThat(run.await()).isZero();
      assertThat(run.out.toString()).contains("Usage: " + name).contains("Example");
      assertThat(run.out.toString().lines()).as(name).allMatch(line -> line.length() <= 80);
      teaches(command);
    }
  }

  @Test
  void listsTheCasesOfAChecksForPeopleAndMachines() throws Exception {
    for (String what : new String[] {"server", "device"}) {
      Run people = run("check", what, "--list");
      assertThat(people.await()).isZero();
      Run machines = run("check", what, "--list", "--json");
      assertThat(machines.await()).isZero();
      assertThat(machines.out.toString().lines())
          .hasSameSizeAs(people.out.toString().lines().toList())
          .allMatch(line -> line.startsWith("{\"event\":\"case\",\"id\":"));
    }
  }

  @Test
  void showsWhereAnErrorComesFromWhenAsked() throws Exception {
    Run run = run("register", "--verbose", "--account", folder.resolve("missing.json").toString());
    assertThat(run.await()).isEqualTo(3);
    assertThat(run.err()).contains("does not exist").contains("\tat ");
  }
}
