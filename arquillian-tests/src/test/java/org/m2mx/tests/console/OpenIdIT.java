package org.m2mx.tests.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.tests.service.M2mxEar;
import org.openqa.selenium.By;

/** Operators whom an OpenID provider vouches for, and others who would like to be some. */
@ArquillianTest
@RunAsClient
class OpenIdIT {
  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final Pattern CSRF = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

  @TempDir static Path folder;
  @TempDir Path downloads;

  private static IdentityProvider provider;
  private Browser browser;

  @Deployment(testable = false)
  static EnterpriseArchive service() {
    return M2mxEar.asBuilt();
  }

  @BeforeAll
  static void startProvider() throws Exception {
    // Arquillian calls this in the container's life only; a test skipped for want of a browser has
    // none to stop.
    provider = IdentityProvider.start(folder);
  }

  @AfterAll
  static void stopProvider() throws Exception {
    if (provider != null) {
      provider.close();
    }
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
  void theProviderLetsAnOperatorInAsFarAsItsRoleGoes() {
    var own = newIsp();
    var other = newIsp();
    var name = letIn("ISP_OPERATOR", own);
    signOut();

    browser.go(Operator.console() + "isp.xhtml?domain=" + own);
    browser.awaitText(By.id("provider"), "Sign in with ID");
    assertThat(Accessibility.violations(browser)).isEmpty();
    browser.click("provider");
    showWhoOneIs(name);
    // Back on the page it was on the way to, and asked for neither password nor app.
    browser.awaitUrl("isp.xhtml?domain=" + own);
    browser.awaitText(By.cssSelector(".who .name"), name);
    assertThat(browser.complaints()).isEmpty();
    for (var page : List.of("isp.xhtml?domain=" + other, "operators.xhtml")) {
      browser.go(Operator.console() + page);
      browser.awaitText(By.tagName("h1"), "Not allowed");
    }
    browser.go(Operator.console() + "password.xhtml");
    browser.awaitThat("the first page", () -> browser.url().equals(Operator.console()));

    signOut();
    browser.awaitText(By.tagName("h1"), "Sign in");
    assertThat(browser.url()).startsWith(Operator.console());
    // The provider has forgotten it too.
    browser.click("provider");
    browser.awaitUrl(IdentityProvider.url() + "/login");
    browser.byId("username");
  }

  @Test
  void whomTheRegistryDoesNotKnowIsToldSoAndWrittenDown() {
    var stranger = "stranger-" + newName();
    provider.know(stranger);
    signOut();
    browser.click("provider");
    showWhoOneIs(stranger);
    browser.awaitText(By.tagName("h1"), "You are not signed in");
    browser.awaitText(By.cssSelector("[role=alert]"), "ID says that you are " + stranger);
    assertThat(Accessibility.violations(browser)).isEmpty();
    browser.go(Operator.console() + "sign-in-refused.xhtml?passwords&language=ja");
    browser.awaitText(By.cssSelector("[role=alert]"), "IDでサインインしてください");
    assertThat(Wording.foreign(browser)).isEmpty();
    browser.go(Operator.console() + "signed-out.xhtml?language=ja");
    browser.byId("back");
    assertThat(Wording.foreign(browser)).isEmpty();
    browser.go(Operator.console() + "?language=en");
    browser.click("provider");
    // The provider knows the browser still.
    browser.awaitText(By.cssSelector("[role=alert]"), "ID says that you are " + stranger);
    browser.click("back");
    Operator.signIn(browser, Operator.CHOSEN);
    browser.byId("isps");
    browser.go(Operator.console() + "audit.xhtml?language=en&action=OPERATOR_REFUSED");
    browser.awaitText(By.id("entries"), stranger);
    browser.awaitText(By.id("entries"), "Sign-in refused");
    browser.awaitText(By.id("entries"), "openid-subject=" + stranger);
  }

  @Test
  void nobodyGetsInByAnAnswerThatIsNotItsOwn() throws Exception {
    var name = letIn("AUDITOR", null);
    var session = new ConsoleSession();
    var answer = answerOfTheProvider(session, name);

    // Without having set out, with another's state, and with none.
    var thief = new ConsoleSession();
    assertThat(thief.follow(answer).statusCode()).isEqualTo(400);
    thief.get("openid/start");
    assertThat(thief.follow(answer).statusCode()).isEqualTo(400);
    assertThat(thief.get("openid/callback?code=1").statusCode()).isEqualTo(400);
    assertThat(thief.get("openid/callback").statusCode()).isEqualTo(400);
    assertThat(thief.get("isps.xhtml").body()).contains("j_security_check");

    var in = session.follow(answer);
    assertThat(in.headers().firstValue("Location"))
        .hasValueSatisfying(location -> assertThat(location).endsWith("/console/"));
    assertThat(session.get("isps.xhtml").body()).contains(name);
    // Once only.
    assertThat(session.follow(answer).statusCode()).isEqualTo(400);
    assertThat(session.get("isps.xhtml").body()).contains(name);

    // A session that was there before is none afterwards. The provider knows the browser by now.
    var anew = session.follow(location(session.follow(location(session.get("openid/start")))));
    assertThat(sessionId(anew)).isNotEqualTo(sessionId(in));
    assertThat(session.get("isps.xhtml").body()).contains(name);

    // The first administrator's name is the same everywhere: somebody may have chosen it there.
    provider.know("admin");
    var impostor = new ConsoleSession();
    assertThat(impostor.follow(answerOfTheProvider(impostor, "admin")).statusCode()).isEqualTo(403);
    assertThat(impostor.get("isps.xhtml").body()).contains("j_security_check");

    // Who wants to be somebody else is asked again, whatever the provider knows.
    assertThat(location(thief.get("openid/start"))).doesNotContain("prompt=");
    assertThat(location(thief.get("openid/start?anew"))).contains("prompt=login");

    // Its own state, but a code that the provider has not made, and a provider that refuses.
    assertThat(session.follow(withState(session, "code=forged")).statusCode()).isEqualTo(502);
    var cancelled = session.follow(withState(session, "error=access_denied"));
    assertThat(cancelled.statusCode()).isEqualTo(403);
    assertThat(cancelled.body()).contains("ID did not let you in.", "id=\"back\"");
    // Who was in before stays in.
    assertThat(session.get("isps.xhtml").body()).contains(name);
    assertThat(
            session
                .follow(withState(session, "code=1&iss=https%3A%2F%2Fevil.example"))
                .statusCode())
        .isEqualTo(400);

    browser.go(Operator.console() + "operators.xhtml");
    browser.click(
        By.xpath("//tr[.//code='%s']//button[contains(@id, ':suspend')]".formatted(name)));
    browser.confirm();
    browser.awaitText(By.id("messages"), name + " is suspended");
    assertThat(session.get("isps.xhtml").statusCode()).isEqualTo(302);
    assertThat(session.get("isps.xhtml").body()).contains("j_security_check");
    // The provider knows it still; the registry does not.
    var again = new ConsoleSession();
    assertThat(again.follow(answerOfTheProvider(again, name)).statusCode()).isEqualTo(403);
  }

  /** Sets out, and says to the provider who one is. */
  private static String answerOfTheProvider(ConsoleSession session, String name) throws Exception {
    var entrance = location(session.get("openid/start"));
    assertThat(entrance).contains("code_challenge_method=S256", "nonce=", "state=");
    var login = location(session.follow(entrance));
    var csrf = CSRF.matcher(session.follow(login).body());
    assertThat(csrf.find()).isTrue();
    var fields = new HashMap<String, String>();
    fields.put("username", name);
    fields.put("password", IdentityProvider.PASSWORD);
    fields.put("_csrf", csrf.group(1));
    var back = location(session.post(login, fields));
    return location(session.follow(back));
  }

  private static String withState(ConsoleSession session, String answer) throws Exception {
    var entrance = location(session.get("openid/start"));
    var state = entrance.replaceFirst(".*[?&]state=([^&]+).*", "$1");
    return Operator.console() + "openid/callback?state=" + state + '&' + answer;
  }

  /** Of the session that an answer begins. */
  private static String sessionId(HttpResponse<?> response) {
    return response.headers().allValues("Set-Cookie").stream()
        .map(cookie -> cookie.split(";")[0])
        .filter(cookie -> cookie.startsWith("JSESSIONID=") && !cookie.endsWith("="))
        .findFirst()
        .orElseThrow(() -> new AssertionError(response + " begins no session"));
  }

  private static String location(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("Location")
        .orElseThrow(() -> new AssertionError(response + " leads nowhere: " + response.body()));
  }

  private void showWhoOneIs(String name) {
    browser.awaitUrl(IdentityProvider.url() + "/login");
    browser.type("username", name);
    browser.type("password", IdentityProvider.PASSWORD);
    browser.click(By.cssSelector("button[type=submit]"));
  }

  private void signOut() {
    browser.click("session:signOut");
    browser.byId("provider");
  }

  /**
   * An operator whom the provider knows by the same name, and whose one-time password nobody uses.
   */
  private String letIn(String role, String domain) {
    var name = newName();
    Operator.letIn(browser, name, role, domain);
    provider.know(name);
    return name;
  }

  private String newIsp() {
    var domain = "openid-" + RUN + "-" + NUMBER.incrementAndGet() + ".example";
    Operator.openIsp(browser, domain);
    return domain;
  }

  private static String newName() {
    return "vouched-" + RUN + "-" + NUMBER.incrementAndGet();
  }
}
