package org.m2mx.tests.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.tests.service.M2mxEar;
import org.m2mx.tests.wire.SipConnection;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;
import org.openqa.selenium.By;

/** Operators of different roles, and how far each of them gets. */
@ArquillianTest
@RunAsClient
class OperatorsIT {
  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String CHOSEN = "chosen by the operator";

  @TempDir Path downloads;

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
      try (var open = browser) {
        assertThat(open.complaints()).isEmpty();
      }
    }
  }

  @Test
  void anIspsOperatorSeesItsIspAndNoOther() throws Exception {
    var own = newIsp();
    var other = newIsp();
    var session = operator("ISP_OPERATOR", own);

    assertThat(session.get("isps.xhtml").body()).contains(own).doesNotContain(other);
    assertThat(session.get("isp.xhtml?domain=" + own).statusCode()).isEqualTo(200);
    assertThat(session.get("isp.xhtml?domain=" + other).statusCode()).isEqualTo(403);
    // What is not there is refused as what is there.
    assertThat(session.get("isp.xhtml?domain=nowhere.example").statusCode()).isEqualTo(403);
    assertThat(session.get("subscriber.xhtml?aor=sip:a@" + other).statusCode()).isEqualTo(403);
    assertThat(session.get("subscriber.xhtml?aor=sip:a@" + own).statusCode()).isEqualTo(404);
    assertThat(session.get("operators.xhtml").statusCode()).isEqualTo(403);
    for (var file : List.of("subscribers.csv", "calls.csv", "import-links.csv")) {
      var query = "?import=" + UUID.randomUUID() + "&domain=";
      assertThat(session.get(file + query + other).statusCode()).as(file).isEqualTo(403);
    }
    assertThat(session.get("subscribers.csv?domain=" + own).statusCode()).isEqualTo(200);
    assertThat(session.get("calls.csv").statusCode()).isEqualTo(200);
    assertThat(session.get("import.xhtml?domain=" + own).statusCode()).isEqualTo(200);
    assertThat(session.get("import.xhtml?domain=" + other).statusCode()).isEqualTo(403);
    assertThat(session.get("calls.csv?from=yesterday").statusCode()).isEqualTo(400);

    var forged = newDomain();
    session.submit(
        "isps.xhtml",
        Map.of("open", "open", "open:name", "Forged", "open:domain", forged, "open:submit", ""));
    browser.go(Operator.console() + "isp.xhtml?domain=" + forged);
    browser.awaitText(By.tagName("h1"), "Not found");
    assertThat(browser.complaints()).singleElement().asString().contains("404");
  }

  @Test
  void anAuditorSeesAndChangesNothing() throws Exception {
    var domain = newIsp();
    var session = operator("AUDITOR", null);
    var page = session.get("isp.xhtml?domain=" + domain);
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).doesNotContain("isp:suspend", "open:submit");
    assertThat(session.get("operators.xhtml").body()).contains("admin").doesNotContain(":suspend");

    session.submit("isp.xhtml?domain=" + domain, Map.of("isp", "isp", "isp:suspend", ""));
    session.submit(
        "isp.xhtml?domain=" + domain,
        Map.of("open", "open", "open:user", "forged", "open:submit", ""));
    browser.go(Operator.console() + "isp.xhtml?domain=" + domain);
    browser.awaitText(By.cssSelector("h1 .status"), "Active");
    browser.awaitText(By.id("subscribers:table"), "No subscribers here.");
  }

  @Test
  void aOneTimePasswordLeadsNowhereElse() throws Exception {
    var name = newName();
    var session = new ConsoleSession();
    session.signIn(name, letIn(name, "AUDITOR", null));
    for (var page : new String[] {"isps.xhtml", "operators.xhtml", ""}) {
      var answer = session.get(page);
      assertThat(answer.statusCode()).as(page).isEqualTo(302);
      assertThat(answer.headers().firstValue("Location"))
          .hasValueSatisfying(location -> assertThat(location).endsWith("/password.xhtml"));
    }
  }

  @Test
  void aNewPasswordEndsTheOtherSessions() throws Exception {
    var name = newName();
    var here = ConsoleSession.settle(name, letIn(name, "AUDITOR", null), CHOSEN);
    var elsewhere = new ConsoleSession();
    elsewhere.signIn(name, CHOSEN);
    assertThat(elsewhere.get("isps.xhtml").body()).contains("session:signOut");

    here.changePassword(CHOSEN, CHOSEN + " again");
    assertThat(here.get("isps.xhtml").body()).contains("session:signOut");
    assertThat(elsewhere.get("isps.xhtml").statusCode()).isEqualTo(302);
    assertThat(elsewhere.get("isps.xhtml").body()).contains("j_security_check");
  }

  @ParameterizedTest
  @ValueSource(strings = {"suspend", "delete"})
  void whoIsKeptOutIsOutAtOnce(String action) throws Exception {
    var name = newName();
    var session = ConsoleSession.settle(name, letIn(name, "AUDITOR", null), CHOSEN);
    assertThat(session.get("isps.xhtml").statusCode()).isEqualTo(200);
    browser.click(button(name, action));
    browser.confirm();
    browser.awaitText(By.id("messages"), name + " is " + (action + "ed").replace("ee", "e"));
    assertThat(session.get("isps.xhtml").statusCode()).isNotEqualTo(200);
    var again = new ConsoleSession();
    assertThat(again.signIn(name, CHOSEN).body()).contains("Name or password is wrong");
  }

  @Test
  void aLostPasswordIsReplacedByAOneTimeOne() throws Exception {
    var name = newName();
    var session = ConsoleSession.settle(name, letIn(name, "AUDITOR", null), CHOSEN);
    browser.click(button(name, "reset"));
    browser.confirm();
    browser.awaitText(By.id("messages"), name + " has a one-time password");
    browser.awaitText(By.id("oneTimeName"), name);
    var oneTime = browser.byId("oneTimePassword").getText();
    assertThat(session.get("isps.xhtml").statusCode()).isEqualTo(302);
    var settled = ConsoleSession.settle(name, oneTime, CHOSEN + " at last");
    assertThat(settled.get("isps.xhtml").statusCode()).isEqualTo(200);
  }

  @Test
  void theLastAdministratorStaysAndTheFormSaysWhatIsWrong() {
    browser.go(Operator.console() + "operators.xhtml");
    browser.click(button("admin", "suspend"));
    browser.confirm();
    browser.awaitText(By.id("messages"), "admin is the last active administrator");

    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", "two words");
    browser.choose("open:role", "AUDITOR");
    browser.click("open:submit");
    awaitFieldMessage("open:name", "begins with a letter or digit");
    browser.type("open:name", newName());
    browser.choose("open:role", "ISP_OPERATOR");
    browser.click("open:submit");
    awaitFieldMessage("open:isp", "Choose the ISP");
  }

  @Test
  void everyChangeIsInTheAuditTrailOfWhomItConcerns() throws Exception {
    var own = newIsp();
    var other = newIsp();
    browser.go(Operator.console() + "isp.xhtml?domain=" + own);
    browser.click("isp:suspend");
    browser.confirm();
    browser.awaitText(By.cssSelector("h1 .status"), "Suspended");

    browser.go(Operator.console() + "audit.xhtml?language=en&domain=" + own);
    browser.awaitText(By.id("entries"), "ISP suspended");
    browser.choose("action", "ISP_OPENED");
    browser.click("show");
    browser.awaitUrl("action=ISP_OPENED");
    var entries = By.cssSelector("#entries tbody tr");
    browser.awaitThat("one entry", () -> browser.texts(entries).size() == 1);
    assertThat(browser.texts(entries).get(0))
        .contains("admin", "ISP opened", own, "name=Telco " + own, "status=ACTIVE");

    var session = operator("AUDITOR", own);
    assertThat(session.get("audit.xhtml").body()).contains(own).doesNotContain(other);
    assertThat(session.get("audit.xhtml?domain=" + other).statusCode()).isEqualTo(403);
    assertThat(session.get("audit.csv?domain=" + other).statusCode()).isEqualTo(403);
    var file = session.get("audit.csv?action=ISP_SUSPENDED");
    assertThat(file.headers().firstValue("Content-Type")).hasValue("text/csv;charset=UTF-8");
    assertThat(file.body().lines())
        .hasSize(4)
        .anySatisfy(line -> assertThat(line).contains(",admin,", ",ISP_SUSPENDED," + own));
    assertThat(session.get("audit.csv?from=yesterday").statusCode()).isEqualTo(400);
  }

  @Test
  void anIspsOperatorSeesADeviceComeAndLetsAGuesserInAgain() throws Exception {
    var domain = newIsp();
    enterAsOperatorOf(domain);
    browser.go(Operator.console() + "isp.xhtml?language=en&domain=" + domain);
    browser.openDialog("subscribers:openDialog", "open:user");
    browser.type("open:user", "door");
    browser.click("open:submit");
    browser.awaitText(By.id("handoutAor"), "sip:door@" + domain);
    var password = browser.byId("handoutPassword").getText();

    browser.go(Operator.console() + "dashboard.xhtml");
    browser.awaitText(By.id("registered"), "0");
    assertThat(browser.texts(By.id("certificate"))).isEmpty();
    try (var connection = SipConnection.open(server(), trustAnchor())) {
      var device = new WireDevice(connection, "door", domain, password);
      assertThat(device.register().status()).isEqualTo(200);
      // Nobody reloads the page.
      browser.awaitText(By.id("registered"), "1");
    }
    try (var another = SipConnection.open(server(), trustAnchor())) {
      var guesser = new WireDevice(another, "door", domain, "a guess of twelve letters");
      var answer = guesser.register();
      // A busy server may turn some away unheard.
      for (int i = 1; i < 30 && !isShutOut(answer); i++) {
        answer = guesser.register();
      }
      assertThat(isShutOut(answer)).as(answer.startLine()).isTrue();
      var owner = new WireDevice(another, "door", domain, password);
      assertThat(owner.register().status()).isEqualTo(503);
      browser.go(Operator.console() + "security.xhtml");
      browser.awaitText(By.id("shutOuts:table"), "sip:door@" + domain);
      assertThat(browser.texts(By.id("doctor"))).isEmpty();
      browser.click(By.cssSelector("[id$=':lift']"));
      browser.confirm();
      browser.awaitText(By.id("messages"), "The shut-out is lifted.");
      assertThat(owner.register().status()).isEqualTo(200);
    }
  }

  @Test
  void theTlsDoctorSaysWhoCameNoFurtherAndWhy() throws Exception {
    try (var socket = new Socket(server().getAddress(), server().getPort())) {
      socket.getOutputStream().write("REGISTER in the clear\r\n\r\n".getBytes(US_ASCII));
      socket.getOutputStream().flush();
      // The server closes it.
      socket.getInputStream().readAllBytes();
    }
    browser.awaitThat(
        "the doctor to tell of ::1",
        () -> {
          browser.go(Operator.console() + "security.xhtml");
          return browser.byId("doctor").getText().contains("0:0:0:0:0:0:0:0/64");
        });
    browser.go(Operator.console() + "dashboard.xhtml");
    browser.awaitText(By.id("handshakes"), "TLS failures");
    assertThat(browser.byId("certificate").getText()).matches(".*\\d{4}");
  }

  @Test
  void aProgramsKeyIsShownOnceAndRevoked() {
    var domain = newIsp();
    browser.go(Operator.console() + "keys.xhtml?domain=" + domain);
    browser.openDialog("openDialog", "make:name");
    browser.type("make:name", "billing");
    browser.choose("make:scope", "WRITE");
    browser.click("make:submit");
    browser.awaitText(By.id("madeName"), "billing");
    var key = browser.byId("madeKey").getText();
    assertThat(key).matches("[A-Za-z0-9_-]{43}");
    browser.awaitText(By.id("keys:table"), "see and change");
    browser.driver().navigate().refresh();
    browser.awaitText(By.id("keys:table"), "never");
    assertThat(browser.driver().getPageSource()).doesNotContain(key);
    browser.click(By.cssSelector("[id$=':revoke']"));
    browser.confirm();
    browser.awaitText(By.id("keys:table"), "There is no key.");
  }

  private static boolean isShutOut(SipMessage answer) {
    return answer.header("Reason").orElse("").contains("too many wrong passwords");
  }

  private void enterAsOperatorOf(String domain) throws Exception {
    var name = newName();
    ConsoleSession.settle(name, letIn(name, "ISP_OPERATOR", domain), CHOSEN);
    browser.manage().deleteAllCookies();
    browser.go(Operator.console());
    browser.type("name", name);
    browser.type("secret", CHOSEN);
    browser.click("enter");
    browser.byId("isps");
  }

  private static InetSocketAddress server() throws IOException {
    var port = 5061 + Integer.getInteger("m2mx.port.offset");
    return new InetSocketAddress(InetAddress.getByName("::1"), port);
  }

  private static Path trustAnchor() {
    return Path.of(System.getProperty("m2mx.server.base"), "data/m2mx/tls/certificate.pem");
  }

  /** Lets an operator in at the page, and has it choose a password. */
  private ConsoleSession operator(String role, String domain) throws Exception {
    var name = newName();
    return ConsoleSession.settle(name, letIn(name, role, domain), CHOSEN);
  }

  private String letIn(String name, String role, String domain) {
    browser.go(Operator.console() + "operators.xhtml");
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", name);
    browser.choose("open:role", role);
    if (domain != null) {
      browser.choose("open:isp", domain);
    }
    browser.click("open:submit");
    browser.awaitText(By.id("oneTimeName"), name);
    browser.awaitGone(By.id("open:submit"));
    return browser.byId("oneTimePassword").getText();
  }

  private static By button(String operator, String action) {
    return By.xpath("//tr[.//code='%s']//button[contains(@id, ':%s')]".formatted(operator, action));
  }

  private String newIsp() {
    var domain = newDomain();
    browser.go(Operator.console() + "isps.xhtml");
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", "Telco " + domain);
    browser.type("open:domain", domain);
    browser.click("open:submit");
    browser.awaitText(By.id("messages"), domain);
    browser.awaitGone(By.id("open:submit"));
    return domain;
  }

  private void awaitFieldMessage(String field, String text) {
    browser.awaitText(
        By.xpath("//*[@id='%s']/following::*[contains(@class,'ui-message')]".formatted(field)),
        text);
  }

  private static String newDomain() {
    return "roles-" + RUN + "-" + NUMBER.incrementAndGet() + ".example";
  }

  private static String newName() {
    return "operator-" + RUN + "-" + NUMBER.incrementAndGet();
  }
}
