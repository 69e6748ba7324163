package org.m2mx.ua.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;

/** The ways in which an account comes other than as a file. */
@Timeout(60)
class ProvisioningTest {
  @TempDir Path folder;
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private Certificates.Identity authority;
  private Path file;
  private HttpsServer console;
  private volatile int status = 200;
  private volatile String type = "application/json; charset=utf-8";

  @BeforeEach
  void serve() throws Exception {
    authority = Certificates.authority("test root");
    file = Accounts.write(folder, "video", "sécret", "[::1]:5061", authority);
    Certificates.Identity identity =
        Certificates.server(authority, "::1", Instant.now(), Duration.ofDays(1));
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, null);
    keys.setKeyEntry(
        "console", identity.key(), new char[0], new Certificate[] {identity.certificate()});
    KeyManagerFactory managers = KeyManagerFactory.getInstance("PKIX");
    managers.init(keys, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    console = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("::1"), 0), 5);
    console.setHttpsConfigurator(new HttpsConfigurator(context));
    console.createContext("/console/account/", this::answer);
    console.start();
  }

  @AfterEach
  void stop() {
    console.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Accept"));
    byte[] body = Files.readAllBytes(file);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Location", "/console/account/elsewhere");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String link() {
    return "https://[::1]:" + console.getAddress().getPort() + "/console/account/t0ken";
  }

  private Account redeem(X509Certificate... trusted) throws Exception {
    return ProvisioningLink.parse(link()).redeem(List.of(trusted));
  }

  private void assertNoAccount(Reason reason, String part) {
    assertThatThrownBy(() -> redeem(authority.certificate()))
        .isInstanceOfSatisfying(
            UserAgentException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(part)
        .hasMessageNotContaining("t0ken");
  }

  @Test
  void spendsALinkByPost() throws Exception {
    Account account = redeem(authority.certificate());
    assertThat(account).isEqualTo(AccountFile.read(file));
    assertThat(requests).containsExactly("POST /console/account/t0ken application/json");
  }

  @Test
  void doesNotSpendALinkAtAServerThatNobodyVouchesFor() {
    assertThatThrownBy(() -> redeem())
        .isInstanceOfSatisfying(
            UserAgentException.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.SERVER_CERTIFICATE));
    assertThat(requests).isEmpty();
  }

  @Test
  void tellsWhyThereIsNoAccount() {
    status = 410;
    assertNoAccount(Reason.ACCOUNT_FILE, "was used or has expired");
    status = 404;
    assertNoAccount(Reason.ACCOUNT_FILE, "does not know the link");
    status = 503;
    assertNoAccount(Reason.ACCOUNT_FILE, "answered 503");
    status = 307;
    assertNoAccount(Reason.ACCOUNT_FILE, "answered 307");
    status = 200;
    type = "text/html";
    assertNoAccount(Reason.ACCOUNT_FILE, "answered with text/html");
    console.stop(0);
    assertNoAccount(Reason.SERVER_UNREACHABLE, "does not answer");
    assertThat(requests).as("no redirection was followed").noneMatch(r -> r.contains("elsewhere"));
  }

  @Test
  void takesNoLinkThatOthersCouldRead() {
    for (String link : List.of("http://a.example/x", "https:///x", "https://u@a.example/")) {
      assertThatThrownBy(() -> ProvisioningLink.parse(link))
          .isInstanceOf(UserAgentException.class)
          .hasMessageContaining("is not https://HOST/");
    }
    assertThatThrownBy(() -> ProvisioningLink.parse("https://a b"))
        .hasMessageContaining("The link is damaged");
  }

  @Test
  void writesAnAccountAsOneLineAndReadsItAgain() throws Exception {
    Account account = AccountFile.read(file);
    String text = AccountText.of(account);
    assertThat(text).matches("m2mx:[A-Za-z0-9_-]+");
    assertThat(AccountText.isOne(text)).isTrue();
    assertThat(AccountText.parse(text + "\n")).isEqualTo(account);
  }

  @Test
  void refusesADamagedText() throws Exception {
    String text = AccountText.of(AccountFile.read(file));
    for (String damaged : List.of("m2mx:", "m2mx:!!!", text.substring(0, text.length() / 2))) {
      assertThatThrownBy(() -> AccountText.parse(damaged))
          .isInstanceOfSatisfying(
              UserAgentException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ACCOUNT_FILE));
    }
  }

  @Test
  void doesNotUnpackWithoutEnd() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DeflaterOutputStream out =
        new DeflaterOutputStream(bytes, new Deflater(Deflater.BEST_COMPRESSION, true))) {
      byte[] spaces = " ".repeat(1 << 16).getBytes(StandardCharsets.US_ASCII);
      for (int i = 0; i < 64; i++) {
        out.write(spaces);
      }
    }
    String bomb = "m2mx:" + Base64.getUrlEncoder().encodeToString(bytes.toByteArray());
    assertThatThrownBy(() -> AccountText.parse(bomb)).hasMessageContaining("larger than 1 MiB");
  }
}
