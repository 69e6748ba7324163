package org.m2mx.tests.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
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

  private static final Pattern SECRET = Pattern.compile("id=\"secret\">([A-Z2-7]{32})<");

  /** The first row of a table stands for all. */
  private static final Pattern OTHER_ROW = Pattern.compile(":[1-9][0-9]*:");

  private static final Pattern RECOVERY_CODE =
      Pattern.compile("<code>((?:[A-Z2-7]{4}-){3}[A-Z2-7]{4})</code>");

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
    // What is not there is refused as what is there.
    assertThat(session.get("isp.xhtml?domain=nowhere.example").statusCode()).isEqualTo(403);
    assertThat(session.get("subscriber.xhtml?aor=sip:a@" + own).statusCode()).isEqualTo(404);
    var unclear = session.get("calls.csv?from=yesterday");
    assertThat(unclear.statusCode()).isEqualTo(400);
    assertThat(unclear.body()).contains("This cannot be understood");

    var forged = newDomain();
    session.submit(
        "isps.xhtml",
        Map.of("open", "open", "open:name", "Forged", "open:domain", forged, "open:submit", ""));
    browser.go(Operator.console() + "isp.xhtml?domain=" + forged);
    browser.awaitText(By.tagName("h1"), "Not found");
    assertThat(browser.complaints()).singleElement().asString().contains("404");
  }

  /** How far an operator who is bound to an ISP gets. */
  private enum Reach {
    /** To all of it, signed in or not; it has nothing of anybody, or a gate of its own. */
    EVERYBODY("", 200),
    /** To what is its own on it. */
    OWN_PART("", 200),
    /** To its own ISP's. */
    OWN_ISP("?domain=%2$s", 403),
    /** To its own subscribers'. */
    OWN_SUBSCRIBER("?aor=sip:%1$s@%2$s", 403),
    /** To its own calls, of which there is none of this key. */
    OWN_CALL("?id=00000000-0000-4000-8000-000000000000", 404),
    /** To its own imports, of which there is none of this key. */
    OWN_IMPORT("?import=00000000-0000-4000-8000-000000000000&domain=%2$s", 403),
    /** Not at all. */
    PLATFORM("", 403);

    private final String query;
    private final int beyond;

    Reach(String query, int beyond) {
      this.query = query;
      this.beyond = beyond;
    }

    String query(String user, String domain) {
      return query.formatted(user, domain);
    }
  }

  /** Every page and every file: a new one is missing here until somebody says who gets to it. */
  private static final Map<String, Reach> REACH =
      Map.ofEntries(
          entry("account", Reach.EVERYBODY),
          entry("account-link.xhtml", Reach.EVERYBODY),
          entry("api/ui/*", Reach.EVERYBODY),
          entry("audit.csv", Reach.OWN_ISP),
          entry("audit.xhtml", Reach.OWN_ISP),
          entry("call.xhtml", Reach.OWN_CALL),
          entry("calls.csv", Reach.OWN_ISP),
          entry("calls.xhtml", Reach.OWN_ISP),
          entry("code.xhtml", Reach.OWN_PART),
          entry("dashboard.xhtml", Reach.OWN_PART),
          entry("errors/busy.xhtml", Reach.OWN_PART),
          entry("errors/expired.xhtml", Reach.OWN_PART),
          entry("errors/failed.xhtml", Reach.OWN_PART),
          entry("errors/forbidden.xhtml", Reach.OWN_PART),
          entry("errors/not-found.xhtml", Reach.OWN_PART),
          entry("errors/unclear.xhtml", Reach.OWN_PART),
          entry("import-links.csv", Reach.OWN_IMPORT),
          entry("import-problems.csv", Reach.OWN_IMPORT),
          entry("import.xhtml", Reach.OWN_ISP),
          entry("isp.xhtml", Reach.OWN_ISP),
          entry("isps.xhtml", Reach.OWN_PART),
          entry("keys.xhtml", Reach.OWN_ISP),
          entry("metrics", Reach.EVERYBODY),
          entry("my/account.xhtml", Reach.EVERYBODY),
          entry("my/sign-in.xhtml", Reach.EVERYBODY),
          entry("openid/callback", Reach.EVERYBODY),
          entry("openid/start", Reach.EVERYBODY),
          entry("operators.xhtml", Reach.PLATFORM),
          entry("password.xhtml", Reach.OWN_PART),
          entry("rules.xhtml", Reach.OWN_ISP),
          entry("second-factor.xhtml", Reach.OWN_PART),
          entry("security.xhtml", Reach.OWN_PART),
          entry("sign-in-failed.xhtml", Reach.EVERYBODY),
          entry("sign-in-refused.xhtml", Reach.EVERYBODY),
          entry("sign-in.xhtml", Reach.EVERYBODY),
          entry("signed-out.xhtml", Reach.EVERYBODY),
          entry("subscriber.xhtml", Reach.OWN_SUBSCRIBER),
          entry("subscribers.csv", Reach.OWN_ISP),
          entry("try.xhtml", Reach.OWN_PART));

  @Test
  void nobodyGetsFurtherThanItsRoleOnAnyPage() throws Exception {
    var there = new TreeSet<>(Pages.ofFaces());
    there.addAll(Pages.ofServlets());
    assertThat(REACH.keySet()).containsExactlyInAnyOrderElementsOf(there);
    var own = newIsp();
    var other = newIsp();
    var visitor = new ConsoleSession();
    var bound =
        Map.of("operator", operator("ISP_OPERATOR", own), "auditor", operator("AUDITOR", own));
    for (var each : REACH.entrySet()) {
      var page = each.getKey();
      var reach = each.getValue();
      if (reach == Reach.EVERYBODY) {
        continue;
      }
      var others = page + reach.query("a", other);
      assertThat(visitor.get(others).body())
          .as("%s without a sign-in", others)
          .contains("j_security_check");
      for (var one : bound.entrySet()) {
        var answer = one.getValue().get(others);
        assertThat(answer.statusCode())
            .as("%s as %s of another ISP", others, one.getKey())
            .isEqualTo(reach.beyond);
        if (reach == Reach.OWN_PART) {
          assertThat(answer.body()).as(others).doesNotContain(other);
        }
        if (reach == Reach.OWN_ISP) {
          var ours = page + reach.query("a", own);
          assertThat(one.getValue().get(ours).statusCode()).as(ours).isEqualTo(200);
        }
      }
    }
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
  void whoGuessesAtAPasswordLocksTheNameForAWhileAndNoOther() throws Exception {
    var guessed = newName();
    var session = ConsoleSession.settle(guessed, letIn(guessed, "AUDITOR", null), CHOSEN);
    var other = newName();
    ConsoleSession.settle(other, letIn(other, "AUDITOR", null), CHOSEN);
    var guesser = new ConsoleSession();
    for (int i = 0; i < 15; i++) {
      assertThat(guesser.signIn(guessed, "guess number " + i).body())
          .contains("Name or password is wrong");
    }
    var late = new ConsoleSession();
    assertThat(late.signIn(guessed, CHOSEN).body())
        .contains("Name or password is wrong, or there were too many attempts");
    assertThat(late.get("isps.xhtml").body()).contains("j_security_check");
    // Who is in already stays.
    assertThat(session.get("isps.xhtml").body()).contains("session:signOut");
    var bystander = new ConsoleSession();
    bystander.signIn(other, CHOSEN);
    assertThat(bystander.get("isps.xhtml").body()).contains("session:signOut");
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
          return browser.byId("doctor").getText().contains("::/64");
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
    browser.click("tryApi");
    tryApi(key, domain);
    browser.go(Operator.console() + "keys.xhtml?domain=" + domain);
    browser.click(By.cssSelector("[id$=':revoke']"));
    browser.confirm();
    browser.awaitText(By.id("keys:table"), "There is no key.");
  }

  /** Asks for the ISPs on the page where the API is tried. */
  private void tryApi(String key, String domain) {
    browser.awaitText(By.tagName("h1"), "Try the API");
    browser.click(By.cssSelector(".auth-wrapper .authorize"));
    browser.visible(By.cssSelector(".auth-container input")).sendKeys(key);
    browser.click(By.cssSelector(".auth-btn-wrapper .authorize"));
    browser.click(By.cssSelector(".auth-btn-wrapper .btn-done"));
    var isps = ".opblock-get:has([data-path='/isps'])";
    browser.click(By.cssSelector(isps + " .opblock-summary-control"));
    browser.click(By.cssSelector(isps + " .try-out__btn"));
    browser.click(By.cssSelector(isps + " .execute"));
    browser.awaitText(By.cssSelector(isps + " .live-responses-table"), domain);
  }

  @Test
  void anAppIsAskedForOnceItIsSetUp() throws Exception {
    var name = newName();
    var session = ConsoleSession.settle(name, letIn(name, "AUDITOR", null), CHOSEN);
    var apps = new ArrayList<Authenticator>();
    var codes = recoveryCodes(setUp(session, apps));
    var app = apps.get(0);
    assertThat(codes).hasSize(10).doesNotHaveDuplicates();
    assertThat(session.get("isps.xhtml").statusCode()).isEqualTo(200);

    var another = new ConsoleSession();
    another.signIn(name, CHOSEN);
    for (var page : new String[] {"isps.xhtml", "password.xhtml", "second-factor.xhtml"}) {
      assertLedTo("/code.xhtml", another, page);
    }
    assertThat(another.get("audit.csv").statusCode()).isEqualTo(302);
    // The code that the app was set up with has done its duty.
    assertThat(show(another, app.sameCode()).body()).contains("Not right, or used before");
    assertThat(show(another, app.wrongCode()).body()).contains("Not right, or used before");
    another.get("audit.xhtml?action=ISP_OPENED");
    var wayOn = show(another, app.code());
    assertThat(wayOn.headers().firstValue("Location"))
        .hasValueSatisfying(
            location -> assertThat(location).endsWith("audit.xhtml?action=ISP_OPENED"));
    assertThat(another.get("isps.xhtml").statusCode()).isEqualTo(200);

    var third = new ConsoleSession();
    third.signIn(name, CHOSEN);
    assertThat(show(third, app.sameCode()).body()).contains("Not right, or used before");
    assertThat(show(third, codes.get(0)).statusCode()).isEqualTo(302);
    assertThat(third.get("isps.xhtml").statusCode()).isEqualTo(200);

    browser.go(Operator.console() + "operators.xhtml");
    browser.click(button(name, "part"));
    browser.confirm();
    browser.awaitText(By.id("messages"), name + " has no second factor any more");
    var fourth = new ConsoleSession();
    fourth.signIn(name, CHOSEN);
    assertThat(fourth.get("isps.xhtml").statusCode()).isEqualTo(200);
  }

  @Test
  void guessersOfCodesAreLockedOut() throws Exception {
    var name = newName();
    var session = ConsoleSession.settle(name, letIn(name, "AUDITOR", null), CHOSEN);
    var apps = new ArrayList<Authenticator>();
    setUp(session, apps);
    var guesser = new ConsoleSession();
    guesser.signIn(name, CHOSEN);
    for (int i = 0; i < 4; i++) {
      assertThat(show(guesser, apps.get(0).wrongCode()).body()).contains("Not right");
    }
    assertThat(show(guesser, apps.get(0).wrongCode()).body()).contains("Too many wrong codes");
    assertThat(show(guesser, apps.get(0).code()).body()).contains("Too many wrong codes");
    assertLedTo("/code.xhtml", guesser, "isps.xhtml");
    // Who is in already stays.
    assertThat(session.get("isps.xhtml").statusCode()).isEqualTo(200);
  }

  @Test
  void whoNeedsAnAppIsLedToSetItUpAndNowhereElse() throws Exception {
    var needy = "needs-an-app.example";
    browser.go(Operator.console() + "isps.xhtml");
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", "Careful Telecom");
    browser.type("open:domain", needy);
    browser.click("open:submit");
    // It may be there from an earlier try.
    browser.awaitThat(
        "the ISP to be there",
        () ->
            browser.html().contains("belongs to an ISP already")
                || browser.texts(By.id("messages")).toString().contains(needy));
    var name = newName();
    var session = ConsoleSession.settle(name, letIn(name, "ISP_OPERATOR", needy), CHOSEN);
    for (var page : new String[] {"isps.xhtml", "isp.xhtml?domain=" + needy, "keys.xhtml"}) {
      assertLedTo("/second-factor.xhtml", session, page);
    }
    assertThat(session.get("second-factor.xhtml").body()).contains("needs an authenticator app");
    setUp(session, new ArrayList<>());
    assertThat(session.get("isp.xhtml?domain=" + needy).statusCode()).isEqualTo(200);
  }

  @Test
  void noFormIsHeardThatItsSessionDidNotGetOrItsOperatorMayNotSend() throws Exception {
    var domain = newIsp();
    browser.go(Operator.console() + "isp.xhtml?domain=" + domain);
    browser.openDialog("subscribers:openDialog", "open:user");
    browser.type("open:user", "victim");
    browser.click("open:submit");
    browser.awaitText(By.id("handoutAor"), "victim");
    var name = newName();
    var here = ConsoleSession.settle(name, letIn(name, "ADMINISTRATOR", null), CHOSEN);
    var elsewhere = new ConsoleSession();
    elsewhere.signIn(name, CHOSEN);
    var auditor = operator("AUDITOR", null);
    var stranger = operator("ISP_OPERATOR", newIsp());
    var before = here.get("audit.csv").body().lines().count();
    var forged = 0;
    var pages = new ArrayList<String>();
    pages.add("keys.xhtml");
    REACH.forEach(
        (page, reach) -> {
          // A call there is none of; its page has no form but the one to sign out.
          if (reach != Reach.EVERYBODY && !page.equals("call.xhtml") && page.endsWith(".xhtml")) {
            pages.add(page + reach.query("victim", domain));
          }
        });
    assertThat(pages).hasSizeGreaterThan(15);
    for (var page : pages) {
      var body = here.get(page).body();
      var another = elsewhere.get(page).body();
      for (var form : FilledForm.of(body)) {
        if (OTHER_ROW.matcher(form.button()).find()) {
          continue;
        }
        // Of a page that another session got, and of one that nobody did.
        var unknown = new HashMap<>(ConsoleSession.asOn(body, form.fields()));
        unknown.put("jakarta.faces.ViewState", "-1234:5678");
        // Its own page's, with a nonce that the page was not given.
        var guessed = new HashMap<>(ConsoleSession.asOn(body, form.fields()));
        guessed.put(
            "primefaces.nonce", ConsoleSession.asOn(another, Map.of()).get("primefaces.nonce"));
        var bare = new HashMap<>(guessed);
        bare.remove("primefaces.nonce");
        for (var fields :
            List.of(ConsoleSession.asOn(another, form.fields()), unknown, guessed, bare)) {
          assertThat(here.post(page, fields).body())
              .as("%s %s", page, form.button())
              .contains("This page has expired");
          forged++;
        }
        if (!form.button().endsWith(":signOut")) {
          // Without any it is no form at all.
          here.post(page, form.fields());
          for (var operator : List.of(auditor, stranger)) {
            var own = operator.get(page);
            if (own.statusCode() == 200 && own.body().contains("jakarta.faces.ViewState")) {
              operator.post(page, ConsoleSession.asOn(own.body(), form.fields()));
            }
          }
        }
      }
    }
    assertThat(forged).isGreaterThan(160);
    // Whatever changes leaves a line there.
    assertThat(here.get("audit.csv").body().lines().count()).isEqualTo(before);
    for (var operator : List.of(here, elsewhere, auditor, stranger)) {
      assertThat(operator.get("isps.xhtml").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void aPageThatNoTableHasIsRefusedInOneLine() throws Exception {
    var domain = newIsp();
    var session = operator("ISP_OPERATOR", domain);
    var page = "isp.xhtml?domain=" + domain;
    var body = session.get(page).body();
    var logged = Operator.log().length();
    for (var turn :
        List.of(
            "first=junk", "first=-25", "first=", "rows=1000000", "rows=junk", "pagination=other")) {
      var fields =
          new HashMap<>(
              Map.of(
                  "subscribers", "subscribers",
                  "subscribers:table_pagination", "true",
                  "subscribers:table_first", "0",
                  "subscribers:table_rows", "25"));
      fields.put("subscribers:table_" + turn.replaceAll("=.*", ""), turn.replaceAll(".*=", ""));
      if (turn.equals("pagination=other")) {
        fields.put("no:such:table_pagination", "true");
      }
      var answer = session.post(page, ConsoleSession.asOn(body, fields));
      assertThat(answer.statusCode()).as(turn).isEqualTo(400);
      assertThat(answer.body()).as(turn).contains("This cannot be understood");
    }
    assertThat(Operator.log().substring(logged).lines())
        .filteredOn(line -> line.matches(".*(Form refused|SEVERE|ERROR).*|\\tat .*"))
        .hasSize(6)
        .allMatch(line -> line.contains("it turns to a page that no table has"));
  }

  /** Sets an authenticator app up, at the page. */
  private static HttpResponse<String> setUp(ConsoleSession session, List<Authenticator> apps)
      throws Exception {
    return session.submit(
        "second-factor.xhtml",
        body -> {
          var secret = SECRET.matcher(body);
          assertThat(secret.find()).isTrue();
          apps.add(new Authenticator(secret.group(1)));
          return Map.of(
              "enrol",
              "enrol",
              "enrol:code",
              apps.get(0).code(),
              "enrol:present",
              CHOSEN,
              "enrol:submit",
              "");
        });
  }

  private static List<String> recoveryCodes(HttpResponse<String> page) {
    return RECOVERY_CODE.matcher(page.body()).results().map(found -> found.group(1)).toList();
  }

  private static HttpResponse<String> show(ConsoleSession session, String code) throws Exception {
    return session.submit(
        "code.xhtml", Map.of("code", "code", "code:typed", code, "code:verify", ""));
  }

  private static void assertLedTo(String where, ConsoleSession session, String page)
      throws Exception {
    assertThat(session.get(page).headers().firstValue("Location"))
        .as(page)
        .hasValueSatisfying(location -> assertThat(location).endsWith(where));
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
    return Operator.letIn(browser, name, role, domain);
  }

  private static By button(String operator, String action) {
    return By.xpath("//tr[.//code='%s']//button[contains(@id, ':%s')]".formatted(operator, action));
  }

  private String newIsp() {
    var domain = newDomain();
    Operator.openIsp(browser, domain);
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
