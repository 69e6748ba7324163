package org.m2mx.tests.console;

import static java.nio.file.attribute.PosixFilePermission.OWNER_READ;
import static java.nio.file.attribute.PosixFilePermission.OWNER_WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLSocket;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.tests.service.M2mxEar;
import org.m2mx.tests.wire.AnyCertificate;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.WireDevice;
import org.m2mx.ua.testing.UserAgentProcess;
import org.openqa.selenium.By;

/** A link hands an account out: to whoever has it, once. */
@ArquillianTest
@RunAsClient
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OneTimeLinkIT {
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;
  private static final int UNSUPPORTED_MEDIA_TYPE = 415;
  private static final String SUBSCRIBERS_ENTRANCE = "my/sign-in.xhtml";
  private static final String ACCOUNT = "my/account.xhtml";

  @TempDir Path downloads;

  /** Each test has an ISP of its own. */
  private final String domain = "links-" + Long.toString(System.nanoTime(), 36) + ".example";

  private Browser browser;

  @Deployment(testable = false)
  static EnterpriseArchive service() {
    return M2mxEar.asBuilt();
  }

  @BeforeEach
  void signIn() {
    browser = Browser.open("en", downloads);
    Operator.enter(browser);
  }

  @AfterEach
  void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @Test
  void aLinkIsLookedAtFreelyAndSpentOnceAndItsDeviceGoesOnTheAir() throws Exception {
    openIsp();
    openAccount("camera");
    browser.click("account:sheet");
    var link = link("camera");
    assertThat(browser.byId("handout").getText())
        .contains("Your account", "The link works once", "あなたのアカウント", "一度だけ使えます");
    assertThat(browser.byId("sheetCode").getDomAttribute("src")).startsWith("data:image/svg+xml");

    var device = new ConsoleSession();
    for (int i = 0; i < 2; i++) {
      var page = device.get(link);
      assertThat(page.statusCode()).isEqualTo(OK);
      assertThat(page.headers().firstValue("Referrer-Policy")).hasValue("no-referrer");
      assertThat(page.headers().firstValue("Cache-Control")).hasValue("no-store");
    }
    var taken = device.take(link);
    assertThat(taken.statusCode()).isEqualTo(OK);
    assertThat(taken.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    var account = new ObjectMapper().readTree(taken.body());
    assertThat(account.get("aor").asText()).isEqualTo("sip:camera@" + domain);
    var anchor =
        Files.writeString(downloads.resolve("anchor.pem"), account.get("trustAnchor").asText());
    var port = 5061 + Integer.getInteger("m2mx.port.offset");
    try (var connection =
        SipConnection.open(new InetSocketAddress(InetAddress.getByName("::1"), port), anchor)) {
      var password = account.get("password").asText();
      assertThat(new WireDevice(connection, "camera", domain, password).register().status())
          .isEqualTo(OK);
    }

    var unknown = "account/" + "A".repeat(43);
    for (var spent : new String[] {link, unknown}) {
      assertThat(device.take(spent).statusCode()).isEqualTo(GONE);
      assertThat(device.get(spent).statusCode()).isEqualTo(GONE);
    }
    assertThat(device.take(link).body()).isEqualTo(device.take(unknown).body());
    assertThat(withoutNonces(device.get(link))).isEqualTo(withoutNonces(device.get(unknown)));
    assertThat(Operator.log()).doesNotContain(link.substring("account/".length()));
  }

  @Test
  void aPersonTakesTheFileAndAnotherLinkEndsTheFirst() throws Exception {
    openIsp();
    openAccount("door");
    browser.click("account:sheet");
    var first = link("door");
    browser.go(Operator.console() + "subscriber.xhtml?aor=sip:door@" + domain);
    browser.visible(By.id("link"));
    browser.click("subscriber:sheet");
    browser.awaitText(By.className("ui-confirm-dialog"), "It stops working.");
    browser.confirm();
    var second = link("door");
    assertThat(second).isNotEqualTo(first);
    assertThat(new ConsoleSession().take(first).statusCode()).isEqualTo(GONE);

    browser.go(Operator.console() + second + "?language=ja");
    browser.awaitText(By.tagName("h1"), "機器のアカウント");
    browser.click(By.id("take"));
    var file = downloads.resolve("door@" + domain + ".json");
    browser.awaitFile(file);
    browser.go(Operator.console() + second + "?language=en");
    browser.awaitText(By.tagName("h1"), "does not work any more");

    browser.go(Operator.console() + "subscriber.xhtml?language=en&aor=sip:door@" + domain);
    browser.click("subscriber:sheet");
    var third = link("door");
    browser.click("subscriber:withdraw");
    browser.confirm();
    browser.awaitText(By.id("messages"), "does not work any more");
    browser.awaitGone(By.id("link"));
    assertThat(new ConsoleSession().take(third).statusCode()).isEqualTo(GONE);
  }

  @Test
  void aFileOfSubscribersIsCheckedThenOpenedAndItsLinksAreHandedOut() throws Exception {
    openIsp();
    upload("user,password\ncamera,\ndoor,short\ncamera,\n");
    browser.awaitText(By.id("outcome"), "Mistakes in the file: 2");
    browser.awaitText(By.id("current:problems"), "A password has 12 to 128 characters");
    browser.awaitText(By.id("current:problems"), "Line 2 has the same name already.");
    assertThat(browser.texts(By.cssSelector("[id='current:problems'] tbody tr td:first-of-type")))
        .extracting(cell -> cell.replaceAll("\\D", ""))
        .containsExactly("3", "4");

    upload("\uFEFFuser;password\r\ncamera;\r\ndoor;the door’s own password\r\n");
    browser.awaitText(By.id("outcome"), "Accounts to open: 2");
    browser.click("current:open");
    browser.awaitText(By.id("outcome"), "All accounts are open: 2");
    browser.awaitText(By.cssSelector("#imports tbody tr"), "Imported");
    var links = browser.byId("links").getDomAttribute("href");
    browser.click("links");
    var file = downloads.resolve("links.csv");
    browser.awaitFile(file);
    var lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).startsWith("sip:camera@" + domain + ",https://");
    var link = lines.get(1).split(",")[1];
    assertThat(new ConsoleSession().take(link.substring(link.indexOf("account/"))).statusCode())
        .isEqualTo(OK);
    // Whoever is not signed in gets the form to do so.
    assertThat(new ConsoleSession().get(links).body()).contains("j_security_check");

    browser.go(Operator.console() + "isp.xhtml?language=en&domain=" + domain);
    browser.awaitText(By.id("subscribers:table"), "sip:door@" + domain);
    browser.click("file");
    var subscribers = downloads.resolve("subscribers.csv");
    browser.awaitFile(subscribers);
    assertThat(Files.readAllLines(subscribers))
        .hasSize(3)
        .anySatisfy(
            line -> assertThat(line).startsWith("sip:door@" + domain + ",ACTIVE,true,false,"));
    assertThat(Operator.log())
        .doesNotContain(link.substring(link.lastIndexOf('/') + 1), "door’s own");

    var id = links.substring(links.indexOf("import="));
    var page = "import.xhtml?domain=" + domain + '&' + id;
    var operator = operator();
    var body = operator.get(page).body();
    for (var form : FilledForm.of(body)) {
      assertThat(operator.post(page, notMade(body, form)).body())
          .as(form.button())
          .contains("This page has expired");
    }
    // What one ISP has brought is not there for another.
    for (var other : List.of("import.xhtml", "import-links.csv", "import-problems.csv")) {
      assertThat(operator.get(other + "?domain=m2m-x.example&" + id).statusCode())
          .as(other)
          .isEqualTo(NOT_FOUND);
    }
  }

  @Test
  void aSubscriberLooksAfterItsOwnAccountAndNothingElse() throws Exception {
    openIsp();
    openAccount("door");
    var password = browser.byId("handoutPassword").getText();
    browser.manage().deleteAllCookies();

    browser.go(Operator.console() + "my/account.xhtml?language=en");
    browser.awaitUrl("my/sign-in.xhtml");
    var wrong = enter("door@" + domain, "the password of another");
    assertThat(enter("nobody@" + domain, password)).isEqualTo(wrong);
    assertThat(enter("no address", password)).isEqualTo(wrong);
    browser.type("enter:name", "door@" + domain);
    browser.type("enter:password", password);
    browser.click("enter:submit");
    browser.awaitText(By.id("aor"), "sip:door@" + domain);

    var port = 5061 + Integer.getInteger("m2mx.port.offset");
    var anchor = Path.of(System.getProperty("m2mx.server.base"), "data/m2mx/tls/certificate.pem");
    try (var connection =
        SipConnection.open(new InetSocketAddress(InetAddress.getByName("::1"), port), anchor)) {
      assertThat(new WireDevice(connection, "door", domain, password).register().status())
          .isEqualTo(OK);
      browser.click("devices:refresh");
      browser.click(By.cssSelector("[id$=':deregister']"));
      browser.confirm();
      browser.awaitText(By.id("messages"), "The device is deregistered.");
      browser.awaitText(By.id("devices:table"), "Not registered now.");
    }
    browser.type("permit:caller", "sip:alice@elsewhere.example");
    browser.click("permit:submit");
    browser.awaitText(By.id("callers:table"), "sip:alice@elsewhere.example");
    browser.click(By.cssSelector("[id$=':revoke']"));
    browser.confirm();
    browser.awaitText(By.id("callers:table"), "Nobody may call yet.");

    // To the operators' pages it is nobody.
    browser.go(Operator.console() + "subscriber.xhtml?aor=sip:door@" + domain);
    browser.byId("secret");
    browser.go(Operator.console() + "my/account.xhtml");
    browser.click("session:signOut");
    browser.awaitUrl("my/sign-in.xhtml");
    browser.go(Operator.console() + "my/account.xhtml");
    browser.awaitUrl("my/sign-in.xhtml");
  }

  @Test
  void theUserAgentTakesTheLinkOnceAndOnlyFromWhomItTrusts() throws Exception {
    openIsp();
    openAccount("gate");
    browser.click("account:sheet");
    var link = Operator.console() + link("gate");
    var account = downloads.resolve("gate.json").toString();
    try (var distrustful =
        UserAgentProcess.start("account", "import", link, "--account", account)) {
      assertThat(distrustful.exitCode()).as(distrustful.stderr()).isEqualTo(6);
      assertThat(distrustful.stderr()).contains("cannot be trusted").contains("--trust");
    }
    var trust = certificateOfTheConsole().toString();
    try (var taking =
        UserAgentProcess.start("account", "import", link, "--trust", trust, "--account", account)) {
      assertThat(taking.exitCode()).as(taking.stderr()).isZero();
      assertThat(taking.stdout()).contains("sip:gate@" + domain);
    }
    assertThat(Files.getPosixFilePermissions(Path.of(account)))
        .containsExactlyInAnyOrder(OWNER_READ, OWNER_WRITE);
    try (var again =
        UserAgentProcess.start(
            "account", "import", link, "--trust", trust, "--account", account + ".2")) {
      assertThat(again.exitCode()).isEqualTo(3);
      assertThat(again.stderr()).contains("was used or has expired");
    }
  }

  /** As the operator would have it looked up, once. */
  private Path certificateOfTheConsole() throws IOException {
    var console = URI.create(Operator.console());
    try (var socket =
        (SSLSocket)
            AnyCertificate.context()
                .getSocketFactory()
                .createSocket(console.getHost(), console.getPort())) {
      var certificate = socket.getSession().getPeerCertificates()[0].getEncoded();
      var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate);
      return Files.writeString(
          downloads.resolve("console.pem"),
          "-----BEGIN CERTIFICATE-----\n" + lines + "\n-----END CERTIFICATE-----\n");
    } catch (CertificateEncodingException e) {
      throw new IOException(e);
    }
  }

  // Last: whoever has to wait after it would be the other tests.
  @Test
  void whatASubscriberPostsIsGoodForItsOwnSessionAlone() throws Exception {
    openIsp();
    var passwords = new HashMap<String, String>();
    for (var user : List.of("alice", "bob")) {
      openAccount(user);
      passwords.put(user, browser.byId("handoutPassword").getText());
      browser.go(Operator.console() + "isp.xhtml?domain=" + domain);
    }
    var here = subscriber("alice", passwords);
    var others = List.of(subscriber("alice", passwords), subscriber("bob", passwords));
    var operator = operator();
    var before = operator.get("audit.csv").body().lines().count();
    var forged = 0;
    var account = here.get(ACCOUNT).body();
    for (var form : FilledForm.of(account)) {
      var views = new ArrayList<Map<String, String>>();
      for (var other : others) {
        views.add(ConsoleSession.asOn(other.get(ACCOUNT).body(), form.fields()));
      }
      views.add(notMade(account, form));
      for (var fields : views) {
        var answer = here.post(ACCOUNT, fields).body();
        // Subscribers are led to their own pages, not to the operators'.
        assertThat(answer)
            .as(form.button())
            .contains("This page has expired", "href=\"/console/my/\"");
        forged++;
      }
    }
    assertThat(forged).isGreaterThan(8);
    // The sign-in of one visitor is not another's.
    var visitor = new ConsoleSession();
    var entrance = visitor.get(SUBSCRIBERS_ENTRANCE).body();
    for (var form : FilledForm.of(entrance)) {
      var another = new ConsoleSession().get(SUBSCRIBERS_ENTRANCE).body();
      assertThat(
              visitor
                  .post(SUBSCRIBERS_ENTRANCE, ConsoleSession.asOn(another, form.fields()))
                  .body())
          .contains("This page has expired");
    }
    assertThat(
            visitor
                .post(SUBSCRIBERS_ENTRANCE, "multipart/form-data; boundary=x", "--x--\r\n")
                .statusCode())
        .isEqualTo(UNSUPPORTED_MEDIA_TYPE);
    // A link that nobody made is spent by nobody.
    assertThat(visitor.post("account/" + "C".repeat(43), Map.of()).statusCode()).isEqualTo(GONE);
    assertThat(visitor.post("account", Map.of()).statusCode()).isEqualTo(GONE);
    assertThat(operator.get("audit.csv").body().lines().count()).isEqualTo(before);
    assertThat(here.get(ACCOUNT).body()).contains("sip:alice@" + domain);
  }

  /** A form as on a page that nobody was given. */
  private static Map<String, String> notMade(String page, FilledForm form) {
    var fields = new HashMap<>(ConsoleSession.asOn(page, form.fields()));
    fields.put("jakarta.faces.ViewState", "-1234:5678");
    return fields;
  }

  private ConsoleSession subscriber(String user, Map<String, String> passwords) throws Exception {
    var session = new ConsoleSession();
    session.submit(
        SUBSCRIBERS_ENTRANCE,
        Map.of(
            "enter",
            "enter",
            "enter:name",
            user + '@' + domain,
            "enter:password",
            passwords.get(user),
            "enter:submit",
            ""));
    assertThat(session.get(ACCOUNT).body()).contains("sip:" + user + '@' + domain);
    return session;
  }

  private static ConsoleSession operator() throws Exception {
    var session = new ConsoleSession();
    session.signIn(Operator.NAME, Operator.CHOSEN);
    assertThat(session.get("isps.xhtml").statusCode()).isEqualTo(OK);
    return session;
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void whoTriesAndTriesHasToWait() throws Exception {
    var device = new ConsoleSession();
    var unknown = "account/" + "B".repeat(43);
    var statuses = new TreeMap<Integer, Integer>();
    for (int i = 0; i < 200 && !statuses.containsKey(429); i++) {
      statuses.merge(device.take(unknown).statusCode(), 1, Integer::sum);
    }
    assertThat(statuses).containsOnlyKeys(GONE, 429);
    assertThat(Map.copyOf(statuses)).containsEntry(429, 1);
  }

  /** A busy home is told so in words, and who has a session goes on. */
  @Test
  @Order(Integer.MAX_VALUE)
  void whoComesToTheSubscribersEntranceTooOftenHasToWait() throws Exception {
    var guest = new ConsoleSession();
    assertThat(guest.get(SUBSCRIBERS_ENTRANCE).statusCode()).isEqualTo(OK);
    // It keeps no cookies.
    var stranger = HttpClient.newBuilder().sslContext(AnyCertificate.context()).build();
    var visit =
        HttpRequest.newBuilder(URI.create(Operator.console() + SUBSCRIBERS_ENTRANCE)).build();
    var answer = stranger.send(visit, HttpResponse.BodyHandlers.ofString());
    for (int i = 0; i < 600 && answer.statusCode() == OK; i++) {
      answer = stranger.send(visit, HttpResponse.BodyHandlers.ofString());
    }
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow()))
        .isPositive();
    assertThat(answer.body())
        .contains("Too many requests", "href=\"/console/my/\"")
        .doesNotContain("log has the details");
    assertThat(guest.get(SUBSCRIBERS_ENTRANCE).statusCode()).isEqualTo(OK);
  }

  private void openIsp() {
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", "Links");
    browser.type("open:domain", domain);
    browser.click("open:submit");
    browser.awaitText(By.id("messages"), domain);
    browser.awaitGone(By.id("open:submit"));
    browser.go(Operator.console() + "isp.xhtml?domain=" + domain);
  }

  private void upload(String text) throws IOException {
    var file = Files.writeString(downloads.resolve("homes.csv"), text);
    browser.go(Operator.console() + "import.xhtml?language=en&domain=" + domain);
    browser.byId("upload:file").sendKeys(file.toString());
    browser.click("upload:check");
    browser.awaitUrl("import=");
  }

  /** Tries to sign in as a subscriber, and says what the page says of it. */
  private String enter(String name, String password) {
    browser.go(Operator.console() + "my/sign-in.xhtml");
    browser.type("enter:name", name);
    browser.type("enter:password", password);
    browser.click("enter:submit");
    browser.awaitText(By.id("enter:messages"), "wrong");
    return browser.byId("enter:messages").getText();
  }

  private void openAccount(String user) {
    browser.openDialog("subscribers:openDialog", "open:user");
    browser.type("open:user", user);
    browser.click("open:submit");
    browser.awaitGone(By.id("open:submit"));
    browser.awaitText(By.id("handoutAor"), user);
  }

  /** The link on the sheet, relative to the console. */
  private String link(String user) {
    browser.awaitText(By.id("sheetAor"), user);
    var link = browser.byId("sheetLink").getText();
    assertThat(link).matches(".*/console/account/[A-Za-z0-9_-]{43}");
    return link.substring(link.indexOf("account/"));
  }

  /** A page but for what is another in every response. */
  private static String withoutNonces(HttpResponse<String> page) {
    return page.body().replaceAll("[A-Za-z0-9+/=]{40,}", "");
  }
}
