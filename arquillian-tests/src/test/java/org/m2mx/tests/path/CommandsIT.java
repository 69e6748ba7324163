package org.m2mx.tests.path;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.tests.service.M2mxEar;
import org.m2mx.tests.wire.AccountFile;
import org.m2mx.ua.testing.UserAgentProcess;

/** What people do with the user agent, through the real server, each command a process. */
@ArquillianTest
@RunAsClient
class CommandsIT {
  private static final String VIDEO = "sip:video@m2m-x.example";

  @TempDir Path folder;

  @Deployment(testable = false)
  static EnterpriseArchive service() {
    return M2mxEar.asBuilt();
  }

  @Test
  void linesOfTextAreDeliveredAndPresenceIsTold() throws Exception {
    try (UserAgentProcess absent = alice("status", VIDEO)) {
      assertThat(absent.exitCode()).as(absent.stderr()).isZero();
      assertThat(absent.stdout()).contains(VIDEO + " is offline\n");
    }
    try (UserAgentProcess video = video("chat")) {
      video.awaitProgress("registered");
      try (UserAgentProcess chat = alice("chat", VIDEO)) {
        chat.type("It is warm\n".getBytes(StandardCharsets.UTF_8));
        assertThat(chat.exitCode()).as(chat.stderr()).isZero();
        assertThat(chat.stderr()).contains("delivered to " + VIDEO);
      }
      assertThat(video.stdout()).isEqualTo("sip:alice@m2m-x.example: It is warm\n");
      try (UserAgentProcess status = alice("status", VIDEO, "sip:nobody@m2m-x.example")) {
        assertThat(status.exitCode()).as(status.stderr()).isZero();
        assertThat(status.stdout())
            .contains(VIDEO + " is online\n", "sip:nobody@m2m-x.example is unknown\n");
      }
      try (UserAgentProcess own = video("status")) {
        assertThat(own.exitCode()).as(own.stderr()).isZero();
        assertThat(own.stdout()).contains(VIDEO + " is registered at ").contains("by this device");
      }
    }
  }

  @Test
  void aFileArrives() throws Exception {
    byte[] bytes = new byte[3_000_000];
    new Random(2).nextBytes(bytes);
    Path photo = Files.write(folder.resolve("photo.jpg"), bytes);
    Path inbox = folder.resolve("inbox");
    try (UserAgentProcess receive = video("receive", "--into", inbox.toString(), "--once")) {
      receive.awaitProgress("registered");
      try (UserAgentProcess send = alice("send", photo.toString(), VIDEO)) {
        assertThat(send.exitCode()).as(send.stderr()).isZero();
        assertThat(send.stdout()).contains("photo.jpg");
      }
      assertThat(receive.exitCode()).as(receive.stderr()).isZero();
      assertThat(inbox.resolve("photo.jpg")).hasBinaryContent(bytes);
    }
  }

  @Test
  void aPortOfThePeerIsReachedAndNoOther() throws Exception {
    try (ServerSocket page = new ServerSocket(0, 10, InetAddress.getByName("::1"));
        ServerSocket hidden = new ServerSocket(0, 10, InetAddress.getByName("::1"))) {
      Thread web = new Thread(() -> serve(page), "web");
      web.setDaemon(true);
      web.start();
      try (UserAgentProcess video = video("listen", "--expose", "" + page.getLocalPort())) {
        video.awaitProgress("registered");
        try (UserAgentProcess forward =
            alice("forward", "0:" + page.getLocalPort(), "0:" + hidden.getLocalPort(), VIDEO)) {
          forward.awaitProgress("connected with");
          assertThat(fetch(forward, page)).as(forward.stderr()).isEqualTo("a page");
          assertThat(fetch(forward, hidden)).isEmpty();
          forward.awaitProgress("refused");
        }
      }
    }
  }

  private static void serve(ServerSocket page) {
    try {
      while (true) {
        try (Socket browser = page.accept()) {
          browser.getOutputStream().write("a page".getBytes(StandardCharsets.US_ASCII));
        }
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  /** What comes from a port of this machine that stands for one of the peer's. */
  private static String fetch(UserAgentProcess forward, ServerSocket peers) throws IOException {
    Matcher local =
        Pattern.compile("(?m)^\\[::1]:(\\d+) -> port " + peers.getLocalPort() + " ")
            .matcher(forward.stdout());
    assertThat(local.find()).as(forward.stdout()).isTrue();
    try (Socket socket =
        new Socket(InetAddress.getByName("::1"), Integer.parseInt(local.group(1)))) {
      socket.setSoTimeout(60_000);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    } catch (SocketException e) {
      return "";
    }
  }

  @Test
  void anAccountGoesOnToAnotherDeviceAsText() throws Exception {
    Path copy = folder.resolve("copy.json");
    String text;
    String original = AccountFile.demo("video").path().toString();
    try (UserAgentProcess qr =
        UserAgentProcess.start("account", "qr", "--json", "--account", original)) {
      assertThat(qr.exitCode()).as(qr.stderr()).isZero();
      text = new ObjectMapper().readTree(qr.stdoutBytes()).get("text").asText();
    }
    try (UserAgentProcess imported =
        UserAgentProcess.start("account", "import", "-", "--account", copy.toString())) {
      imported.type(text.getBytes(StandardCharsets.US_ASCII));
      assertThat(imported.exitCode()).as(imported.stderr()).isZero();
    }
    try (UserAgentProcess register =
        UserAgentProcess.start("register", "--once", "--account", copy.toString())) {
      assertThat(register.exitCode()).as(register.stderr()).isZero();
      assertThat(register.stdout()).startsWith(VIDEO + " ");
    }
  }

  private static UserAgentProcess alice(String command, String... arguments) throws Exception {
    return start("alice", command, arguments);
  }

  private static UserAgentProcess video(String command, String... arguments) throws Exception {
    return start("video", command, arguments);
  }

  private static UserAgentProcess start(String user, String command, String... arguments)
      throws Exception {
    String[] all = new String[arguments.length + 3];
    all[0] = command;
    all[1] = "--account";
    all[2] = AccountFile.demo(user).path().toString();
    System.arraycopy(arguments, 0, all, 3, arguments.length);
    return UserAgentProcess.start(all);
  }
}
