package org.m2mx.tests.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.WireDevice;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Keys;

/** An operator's day at the console. */
@ArquillianTest
@RunAsClient
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ConsoleIT {
  private static final By MESSAGES = By.id("messages");
  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir Path downloads;

  private Browser browser;

  @Deployment(testable = false)
  static EnterpriseArchive service() {
    return M2mxEar.asBuilt();
  }

  @BeforeEach
  void openBrowser() {
    browser = Browser.open("en", downloads);
  }

  @AfterEach
  void closeBrowser() {
    if (browser != null) {
      try (var open = browser) {
        assertThat(open.complaints()).isEmpty();
      }
    }
  }

  @Test
  @Order(1)
  void theOneTimePasswordOpensNothingButThePageThatChangesIt() {
    assumeFalse(Operator.settled(), "the one-time password has been changed by an earlier test");
    browser.go(Operator.console());
    Operator.signIn(browser, Operator.oneTimePassword());
    browser.awaitUrl("password.xhtml");
    browser.go(Operator.console() + "isps.xhtml");
    browser.awaitUrl("password.xhtml");

    browser.type("password:present", "not the one-time password");
    browser.type("password:chosen", Operator.CHOSEN);
    browser.type("password:repeated", Operator.CHOSEN);
    browser.click("password:change");
    awaitFieldMessage("password:present", "not your present password");

    Operator.choosePassword(browser);
    assertThat(browser.url()).contains("isps.xhtml");
  }

  @Test
  void theSamePasswordTypedOtherwiseIsNoNewOne() {
    Operator.enter(browser);
    browser.go(Operator.console() + "password.xhtml");
    var twin = Normalizer.normalize(Operator.CHOSEN, Normalizer.Form.NFKC);
    browser.type("password:present", Operator.CHOSEN);
    browser.type("password:chosen", twin);
    browser.type("password:repeated", twin);
    browser.click("password:change");
    awaitFieldMessage("password:chosen", "other than the present one");
  }

  @Test
  void aWrongPasswordIsRefused() {
    browser.go(Operator.console());
    Operator.signIn(browser, "a wrong guess");
    browser.awaitText(By.cssSelector("[role=alert]"), "Name or password is wrong");
    browser.go(Operator.console() + "isps.xhtml");
    assertThat(browser.byId("enter").getText()).isEqualTo("Sign in");
  }

  @Test
  void anAccountIsOpenedAndItsDeviceGoesOnTheAir() throws Exception {
    var domain = newIsp();
    openAccount("camera");
    browser.awaitText(By.id("handoutAor"), "sip:camera@" + domain);
    browser.click("account:download");
    var account = downloaded("camera@" + domain + ".json");
    assertThat(account.get("aor").asText()).isEqualTo("sip:camera@" + domain);
    assertThat(account.get("password").asText())
        .isEqualTo(browser.byId("handoutPassword").getText());

    browser.click(By.linkText("sip:camera@" + domain));
    browser.awaitText(By.id("devices:table"), "Not registered now.");
    try (var connection = connect(account)) {
      var device = new WireDevice(connection, "camera", domain, account.get("password").asText());
      assertThat(device.register().status()).isEqualTo(200);
      browser.press("devices:refresh", Keys.ENTER);
      browser.awaitText(By.id("devices:table"), connection.localHostPort());
      browser.awaitCursor("devices:refresh");

      browser.click(By.cssSelector("[id$=':deregister']"));
      browser.confirm();
      browser.awaitText(MESSAGES, "The device is deregistered.");
      browser.awaitText(By.id("devices:table"), "Not registered now.");
      assertThat(device.register().status()).isEqualTo(200);

      browser.click("subscriber:suspend");
      browser.confirm();
      browser.awaitText(MESSAGES, "is suspended");
      assertThat(device.register().status()).isNotEqualTo(200);

      browser.click("subscriber:resume");
      browser.awaitText(MESSAGES, "is served again");
      assertThat(device.register().status()).isEqualTo(200);

      browser.click("subscriber:reset");
      browser.confirm();
      var fresh = browser.byId("handoutPassword").getText();
      assertThat(device.register().status()).isNotEqualTo(200);
      assertThat(new WireDevice(connection, "camera", domain, fresh).register().status())
          .isEqualTo(200);
    }
  }

  @Test
  void aPasswordIsShownOnceOnly() {
    newIsp();
    openAccount("once");
    var password = browser.byId("handoutPassword").getText();
    browser.driver().navigate().refresh();
    browser.byId("subscribers:table");
    assertThat(browser.driver().getPageSource()).doesNotContain(password);
  }

  @Test
  void subscribersAreFoundByTheBeginningOfTheirNames() {
    var domain = newIsp();
    for (var user : new String[] {"camera-1", "camera-2", "door"}) {
      openAccount(user);
      browser.awaitText(By.id("handoutAor"), user);
    }
    browser.type("subscribers:search", "CAM");
    browser.awaitTexts(
        By.cssSelector("[id='subscribers:table'] tbody a"),
        "sip:camera-1@" + domain,
        "sip:camera-2@" + domain);
  }

  @Test
  void whatIsWrongIsSaidAtItsFieldAndStaysThere() {
    var domain = newIsp();
    browser.go(Operator.console());
    browser.openDialog("openDialog", "open:name");
    browser.type("open:domain", "not a domain");
    browser.click("open:submit");
    awaitFieldMessage("open:name", "Fill in this field.");
    awaitFieldMessage("open:domain", "not a domain name");
    browser.type("open:name", "   ");
    browser.type("open:domain", newDomain());
    browser.click("open:submit");
    awaitFieldMessage("open:name", "not blanks alone");
    browser.type("open:name", "Twice");
    browser.type("open:domain", domain.toUpperCase());
    browser.click("open:submit");
    awaitFieldMessage("open:domain", "belongs to an ISP already");
    assertThat(browser.byId("open:domain").getDomProperty("value")).isEqualTo(domain.toUpperCase());

    browser.go(Operator.console() + "isp.xhtml?domain=" + domain);
    browser.openDialog("subscribers:openDialog", "open:user");
    browser.type("open:user", "a:b");
    browser.click("open:submit");
    awaitFieldMessage("open:user", "no colon");
  }

  @Test
  void anIspIsRenamedAndLimited() {
    newIsp();
    openAccount("first");
    // The dialog gives the cursor back a moment after it is gone.
    browser.awaitCursor("subscribers:openDialog");
    browser.openDialog("isp:change", "change:name");
    browser.leaveDialog("change:name");
    browser.awaitCursor("isp:change");
    browser.openDialog("isp:change", "change:name");
    browser.type("change:name", "Renamed");
    browser.type("change:limit", "none");
    browser.click("change:submit");
    awaitFieldMessage("change:limit", "Give a number from 1");
    browser.type("change:limit", "1");
    browser.click("change:submit");
    browser.awaitText(By.tagName("h1"), "Renamed");
    browser.awaitText(By.id("limited"), "1");
    browser.awaitGone(By.id("change:submit"));
    browser.awaitCursor("isp:change");

    browser.openDialog("subscribers:openDialog", "open:user");
    browser.type("open:user", "second");
    browser.click("open:submit");
    awaitFieldMessage("open:user", "as many subscribers as it may have");
  }

  @Test
  void aCallerIsPermittedAndRevoked() {
    var domain = newIsp();
    openAccount("callee");
    browser.click(By.linkText("sip:callee@" + domain));
    browser.type("permit:caller", "nonsense");
    browser.click("permit:submit");
    awaitFieldMessage("permit:caller", "not an address");
    browser.type("permit:caller", "carol@elsewhere.example");
    browser.press("permit:caller", Keys.ENTER);
    browser.awaitText(By.id("callers:table"), "sip:carol@elsewhere.example");
    browser.click("callers:table:0:revoke");
    browser.confirm();
    browser.awaitText(By.id("callers:table"), "Nobody may call yet.");
  }

  @Test
  void aSubscriberIsDeletedAfterSayingWhatGoesWithIt() {
    var domain = newIsp();
    openAccount("gone");
    browser.click(By.linkText("sip:gone@" + domain));
    browser.type("permit:caller", "*");
    browser.press("permit:caller", Keys.ENTER);
    browser.awaitText(By.id("callers:table"), "*");
    browser.click("subscriber:delete");
    browser.awaitText(By.id("belongings"), "lines of its list of permitted callers: 1");
    browser.click("belongings:submit");
    browser.awaitText(MESSAGES, "sip:gone@" + domain + " is deleted");
    browser.awaitText(By.id("subscribers:table"), "No subscribers here.");
  }

  @Test
  void anIspIsDeletedOnceItsDomainIsTyped() {
    var domain = newIsp();
    openAccount("gone");
    browser.awaitText(By.id("handoutAor"), "gone");
    browser.click("isp:suspend");
    browser.confirm();
    browser.awaitText(By.cssSelector("h1 .status"), "Suspended");
    browser.click("isp:delete");
    browser.awaitText(By.cssSelector("#belongings strong"), "1");
    browser.type("belongings:typed", "another.example");
    browser.click("belongings:submit");
    awaitFieldMessage("belongings:typed", "This is not " + domain);
    browser.type("belongings:typed", domain);
    browser.click("belongings:submit");
    browser.awaitText(MESSAGES, domain + " is deleted");
  }

  @Test
  void whoMayCallIsTriedAndTheDecidingRuleIsNamed() {
    var domain = newIsp();
    openAccount("alice");
    browser.awaitText(By.id("handoutAor"), "alice");
    openAccount("video");
    browser.awaitText(By.id("handoutAor"), "video");
    assertThat(tried("alice@" + domain, "nobody@" + domain)).contains("There is no such callee.");
    assertThat(tried("alice@" + domain, "video@" + domain)).contains("Nobody permits the caller.");
    browser.awaitText(By.id("remedy"), "permit the caller on the callee's page");

    browser.go(Operator.console() + "subscriber.xhtml?aor=sip:video@" + domain);
    browser.type("permit:caller", "@" + domain);
    browser
        .driver()
        .executeScript("arguments[0].value = '2001-01-01'", browser.byId("permit:ends"));
    browser.click("permit:submit");
    awaitFieldMessage("permit:ends", "This day has passed");
    browser
        .driver()
        .executeScript("arguments[0].value = '2999-12-31'", browser.byId("permit:ends"));
    browser.click("permit:submit");
    browser.awaitText(By.id("callers:table"), "2999");
    assertThat(tried("alice@" + domain, "video@" + domain)).contains("The caller may call.");
    browser.awaitText(By.id("decisive"), "The callee's list @" + domain);

    browser.go(Operator.console() + "rules.xhtml?domain=" + domain);
    browser.type("group:name", "spammers");
    browser.click("group:submit");
    browser.awaitText(By.id("groups:table"), "group:spammers");
    browser.type("join:aor", "alice@" + domain);
    browser.click("join:submit");
    browser.awaitText(By.id("groups:table"), "sip:alice@" + domain);
    browser.type("rule:callers", "group:spammers");
    browser.click("rule:submit");
    browser.awaitText(By.id("rules:table"), "Denies");
    assertThat(tried("alice@" + domain, "video@" + domain)).contains("ISP denies the caller");
    browser.awaitText(By.id("decisive"), "DENY group:spammers");

    browser.go(Operator.console() + "rules.xhtml?domain=" + domain);
    browser.click(By.cssSelector("[id$=':out']"));
    browser.click(By.className("ui-confirmdialog-no"));
    browser.awaitText(By.id("groups:table"), "sip:alice@" + domain);
    browser.click(By.cssSelector("[id$=':out']"));
    browser.confirm();
    browser.awaitText(MESSAGES, "no longer belongs to spammers");
    assertThat(tried("alice@" + domain, "video@" + domain)).contains("The caller may call.");
  }

  @Test
  void aCallThatFailedIsFoundWithWhyAndWhatToDo() throws Exception {
    var domain = newIsp();
    openAccount("video");
    browser.awaitText(By.id("handoutAor"), "video");
    openAccount("alice");
    browser.awaitText(By.id("handoutAor"), "alice");
    browser.click("account:download");
    var account = downloaded("alice@" + domain + ".json");
    try (var connection = connect(account)) {
      var device = new WireDevice(connection, "alice", domain, account.get("password").asText());
      assertThat(device.register().status()).isEqualTo(200);
      var call = device.invite("sip:video@" + domain);
      var refusal = connection.finalResponse("INVITE");
      assertThat(refusal.status()).isEqualTo(404);
      call.acknowledge(refusal);

      var calls = Operator.console() + "calls.xhtml?party=alice@" + domain;
      browser.awaitThat(
          "the call to be recorded",
          () -> {
            browser.go(calls);
            return browser.byId("calls").getText().contains("sip:video@" + domain);
          });
      assertThat(browser.byId("calls").getText())
          .contains("Refused as unknown", "404", "Nobody permits the caller.");
      browser.click(By.cssSelector("#calls tbody a"));
      browser.awaitText(By.id("remedy"), "permit the caller on the callee's page");
      browser.awaitText(By.tagName("main"), call.callId());
      assertThat(browser.byId("reason").getText()).isEqualTo("Nobody permits the caller.");
      assertThat(browser.texts(By.cssSelector(".trace li")))
          .hasSize(6)
          .last()
          .asString()
          .contains("Nobody else may call: refuses");
      assertThat(browser.texts(By.cssSelector(".ladder text")))
          .contains("INVITE")
          .anySatisfy(text -> assertThat(text).startsWith("404"));

      // To another ISP's operator it never was.
      var page = browser.url().substring(Operator.console().length());
      var elsewhere = newDomain();
      Operator.openIsp(browser, elsewhere);
      var stranger = newDomain();
      var oneTime = Operator.letIn(browser, stranger, "ISP_OPERATOR", elsewhere);
      var other = ConsoleSession.settle(stranger, oneTime, Operator.CHOSEN);
      assertThat(other.get("isps.xhtml").statusCode()).isEqualTo(200);
      assertThat(other.get(page).statusCode()).isEqualTo(404);
    }
  }

  /** What the console says to a call that has not been made. */
  private String tried(String caller, String callee) {
    browser.go(Operator.console() + "try.xhtml?caller=" + caller + "&callee=" + callee);
    return browser.byId("verdict").getText();
  }

  @Test
  void aSuspendedIspIsShownAsSuch() {
    newIsp();
    browser.click("isp:suspend");
    browser.confirm();
    browser.awaitText(By.cssSelector("h1 .status"), "Suspended");
    browser.click("isp:resume");
    browser.awaitText(By.cssSelector("h1 .status"), "Active");
  }

  @Test
  void theBrowsersLanguageIsSpokenUntilAnotherIsChosen() {
    browser.close();
    browser = Browser.open("ja,en", downloads);
    browser.go(Operator.console());
    assertThat(browser.byId("enter").getText()).isEqualTo("サインイン");
    browser.click(By.linkText("English"));
    browser.awaitText(By.id("enter"), "Sign in");
    Operator.enter(browser);
    assertThat(browser.visible(By.tagName("h1")).getText()).isEqualTo("ISPs");
    browser.click(By.linkText("日本語"));
    browser.awaitText(By.id("session:signOut"), "サインアウト");
    browser.click("session:signOut");
    browser.awaitText(By.id("enter"), "サインイン");
  }

  @Test
  void aFormThatThisSessionDidNotGetIsRefused() throws Exception {
    Operator.enter(browser);
    var domain = newDomain();
    var logged = Operator.log().length();
    var answer =
        browser
            .driver()
            .executeAsyncScript(
                """
                const form = new URLSearchParams({open: "open", "open:name": "Forged", "open:domain": arguments[0],
                  "open:submit": "", "jakarta.faces.ViewState": "-1234:5678"});
                const done = arguments[arguments.length - 1];
                fetch("isps.xhtml", {method: "POST", body: form}).then(a => a.text().then(text => done(a.status + text)));
                """,
                domain);
    assertThat(answer).asString().startsWith("403").contains("This page has expired");
    // A script, which shows no error, is led to where it is said.
    var toScript =
        browser
            .driver()
            .executeAsyncScript(
                """
                const form = new URLSearchParams({open: "open", "open:name": "Forged", "open:domain": arguments[0],
                  "open:submit": "", "jakarta.faces.partial.ajax": "true", "jakarta.faces.source": "open:submit",
                  "jakarta.faces.ViewState": "-1234:5678"});
                const done = arguments[arguments.length - 1];
                fetch("isps.xhtml", {method: "POST", body: form, headers: {"Faces-Request": "partial/ajax"}})
                  .then(a => a.text()).then(done);
                """,
                domain);
    assertThat(toScript).asString().contains("<redirect url=\"/console/errors/expired.xhtml\"");
    forge();
    assertThat(Operator.log().substring(logged).lines())
        .filteredOn(line -> line.contains("Form refused") || line.matches("\\tat .*|.* UT0.*"))
        .hasSize(4)
        .allMatch(line -> line.contains("Form refused, "))
        .filteredOn(line -> line.contains(", of admin, to /console/isps.xhtml, from "))
        .hasSize(2);
    browser.go(Operator.console());
    assertThat(browser.byId("isps").getText()).doesNotContain(domain);
    // The refusal itself, which the browser notes as a failed request.
    assertThat(browser.complaints()).singleElement().asString().contains("isps.xhtml");
  }

  /** Posts what no browser would, signed in. */
  private static void forge() throws Exception {
    var session = new ConsoleSession();
    session.signIn(Operator.NAME, Operator.CHOSEN);
    var endless = "a=1&".repeat(5000);
    assertThat(
            session.post("isps.xhtml", "application/x-www-form-urlencoded", endless).statusCode())
        .isEqualTo(400);
    var file = "multipart/form-data; boundary=x";
    assertThat(session.post("import.xhtml", file, "--x\r\ntorn").statusCode()).isEqualTo(400);
    assertThat(session.post("isps.xhtml", file, "--x\r\ntorn").statusCode()).isEqualTo(415);
  }

  @Test
  void aClickAfterTheEndOfTheSessionLeadsToTheSignInAndBack() {
    var domain = newIsp();
    openAccount("patient");
    browser.click(By.linkText("sip:patient@" + domain));
    browser.byId("devices:refresh");
    // As if the server had ended it.
    var session = browser.manage().getCookieNamed("JSESSIONID");
    browser.manage().deleteCookie(session);
    browser
        .manage()
        .addCookie(
            new Cookie.Builder(session.getName(), "ended")
                .path(session.getPath())
                .isSecure(true)
                .isHttpOnly(true)
                .build());
    browser.click("devices:refresh");
    browser.awaitText(By.cssSelector("[role=status]"), "Your session has ended");
    Operator.signIn(browser, Operator.CHOSEN);
    browser.awaitText(By.id("aor"), "sip:patient@" + domain);
    browser.click("session:signOut");
    browser.byId("enter");
    assertThat(browser.texts(By.cssSelector("[role=status]"))).isEmpty();
  }

  @Test
  void theBrowserIsToldToBeCareful() throws Exception {
    Operator.enter(browser);
    var session = browser.manage().getCookieNamed("JSESSIONID");
    assertThat(session.isSecure()).isTrue();
    assertThat(session.isHttpOnly()).isTrue();
    assertThat(session.getSameSite()).isEqualTo("Lax");
    assertThat(header("isps.xhtml", "Content-Security-Policy"))
        .contains("default-src 'none'", "frame-ancestors 'none'", "script-src 'self' 'nonce-")
        .as("one policy, not two in a line")
        .doesNotContain("unsafe-eval", "script-src 'unsafe-inline'", ",");
    assertThat(header("audit.csv", "Content-Security-Policy"))
        .isEqualTo("default-src 'none'; frame-ancestors 'none'");
    assertThat(header("isps.xhtml", "Strict-Transport-Security")).contains("max-age=");
    assertThat(header("isps.xhtml", "X-Content-Type-Options")).isEqualTo("nosniff");
    assertThat(header("isps.xhtml", "Cache-Control")).contains("no-store");
    assertThat(header("isps.xhtml", "Server")).isEqualTo("null");
    assertThat(header("isps.xhtml", "X-Powered-By")).isEqualTo("null");
    // Whoever is answered at the gate is told so too.
    var stranger = new ConsoleSession();
    for (var answer : List.of(stranger.post("isps.xhtml", Map.of()), stranger.get("api/v1/isps"))) {
      assertThat(answer.headers().map())
          .containsKeys("strict-transport-security", "x-frame-options");
    }
  }

  private String header(String page, String name) {
    return String.valueOf(
        browser
            .driver()
            .executeAsyncScript(
                """
                const done = arguments[arguments.length - 1];
                fetch(arguments[0]).then(a => done(String(a.headers.get(arguments[1]))));
                """,
                page,
                name));
  }

  /** Opens an ISP of its own and goes to its page. */
  private String newIsp() {
    Operator.enter(browser);
    var domain = newDomain();
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", "Telco " + domain);
    browser.type("open:domain", domain);
    browser.click("open:submit");
    browser.awaitText(MESSAGES, domain);
    browser.awaitGone(By.id("open:submit"));
    browser.go(Operator.console() + "isp.xhtml?domain=" + domain);
    return domain;
  }

  private static String newDomain() {
    return "console-" + RUN + "-" + NUMBER.incrementAndGet() + ".example";
  }

  private void openAccount(String user) {
    browser.openDialog("subscribers:openDialog", "open:user");
    browser.type("open:user", user);
    browser.click("open:submit");
    browser.awaitGone(By.id("open:submit"));
  }

  private void awaitFieldMessage(String field, String text) {
    var described =
        By.xpath("//*[@id='%s']/following::*[contains(@class,'ui-message')]".formatted(field));
    browser.awaitText(described, text);
  }

  private JsonNode downloaded(String name) throws IOException, InterruptedException {
    var file = downloads.resolve(name);
    var limit = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (file.toFile().length() == 0) {
      if (System.nanoTime() > limit) {
        throw new AssertionError("nothing was downloaded to " + file);
      }
      Thread.sleep(100);
    }
    return new ObjectMapper().readTree(file.toFile());
  }

  private SipConnection connect(JsonNode account) throws Exception {
    var anchor =
        Files.writeString(downloads.resolve("anchor.pem"), account.get("trustAnchor").asText());
    var port = 5061 + Integer.getInteger("m2mx.port.offset");
    return SipConnection.open(new InetSocketAddress(InetAddress.getByName("::1"), port), anchor);
  }
}
