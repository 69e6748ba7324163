package org.m2mx.tests.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.m2mx.ua.testing.UserAgentProcess;
import org.openqa.selenium.By;

/**
 * What an operator does on the first day, told without a word of any language: from the sign-in to
 * a device that is on line and called, and to why another call failed. Two reference user agents
 * play the devices.
 */
final class Story {
  private final Browser browser;
  private final Path downloads;
  private final String isp;
  private final String domain;
  private final String second;
  private final Onlooker onlooker;

  /**
   * @param browser where it is told
   * @param downloads where the browser puts files
   * @param isp the name of the ISP that is opened
   * @param domain the ISP's first domain, which nobody has, nor the second below it
   * @param onlooker looks at each page
   */
  Story(Browser browser, Path downloads, String isp, String domain, Onlooker onlooker) {
    this.browser = browser;
    this.downloads = downloads;
    this.isp = isp;
    this.domain = domain;
    this.second = "second." + domain;
    this.onlooker = onlooker;
  }

  /** Signs in, opens an ISP of two domains with an account in each, and lets one call the other. */
  void fromTheSignInToACall() throws Exception {
    browser.go(Operator.console());
    browser.byId("enter");
    onlooker.looks("sign-in");
    Operator.enter(browser);
    openIsp();
    addDomain();
    var video = openAccount("video", domain);
    var alice = openAccount("alice", second);
    browser.click("account:close");
    browser.awaitGone(By.id("handoutAor"));
    onlooker.looks("isp");
    try (var listener = ua("listen", "--echo", "--account", video)) {
      listener.awaitProgress("egistered");
      go("subscriber.xhtml?aor=sip:video@" + domain);
      // Its user agent and its address are there: nobody but a device sends them.
      browser.byId("devices:table:0:deregister");
      try (var refused = call(alice)) {
        assertThat(refused.exitCode()).as(refused.stderr()).isNotZero();
        assertThat(refused.stderr()).contains("404");
      }
      browser.type("permit:caller", "alice@" + second);
      browser.click("permit:submit");
      browser.byId("callers:table:0:revoke");
      onlooker.looks("subscriber");
      try (var answered = call(alice)) {
        assertThat(answered.exitCode()).as(answered.stderr()).isZero();
        assertThat(answered.stdout()).isEqualTo("hello");
      }
      awaitBothCalls();
      onlooker.looks("calls");
      browser.click(By.cssSelector("[id='calls:1:call']"));
      browser.byId("remedy");
      onlooker.looks("call");
      go("dashboard.xhtml");
      browser.byId("registered");
      onlooker.looks("dashboard");
    }
  }

  /** Looks at all that the story has not come by yet. Nobody's password is reset by it. */
  void theOtherPages() throws Exception {
    go("try.xhtml?caller=alice@" + second + "&callee=video@" + domain);
    browser.byId("decisive");
    onlooker.looks("try");
    sheetAndLink();
    ispAndItsRules();
    go("keys.xhtml?domain=" + domain);
    browser.openDialog("openDialog", "make:name");
    browser.type("make:name", "CRM-1");
    onlooker.looks("key-make");
    browser.click("make:submit");
    browser.byId("madeKey");
    browser.awaitGone(By.id("make:submit"));
    onlooker.looks("keys");
    browser.click("tryApi");
    browser.visible(By.cssSelector(".auth-wrapper .authorize"));
    onlooker.looks("api");
    fileOfSubscribers();
    operators();
    go("audit.xhtml?domain=" + domain);
    browser.byId("entries");
    onlooker.looks("audit");
    go("security.xhtml");
    browser.byId("doctor");
    onlooker.looks("security");
    go("password.xhtml");
    browser.byId("password:change");
    onlooker.looks("password");
    go("second-factor.xhtml");
    browser.byId("enrol:submit");
    onlooker.looks("second-factor");
    go("code.xhtml");
    browser.byId("code:verify");
    onlooker.looks("code");
    go("isp.xhtml?domain=nowhere.example");
    browser.byId("back");
    onlooker.looks("not-found");
    for (var error : List.of("busy", "expired", "failed", "forbidden", "unclear")) {
      go("errors/" + error + ".xhtml");
      browser.byId("back");
      onlooker.looks(error);
    }
    ownAccount();
    go("sign-in-failed.xhtml");
    browser.byId("enter");
    onlooker.looks("sign-in-failed");
  }

  private void openIsp() throws Exception {
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", isp);
    browser.type("open:domain", domain);
    onlooker.looks("isp-open");
    browser.click("open:submit");
    browser.awaitGone(By.id("open:submit"));
    browser.awaitText(By.id("isps"), domain);
    onlooker.looks("isps");
    go("isp.xhtml?domain=" + domain);
  }

  private void addDomain() {
    browser.type("more:another", second);
    browser.click("more:submit");
    browser.awaitText(By.id("domains:table"), second);
  }

  private Path openAccount(String user, String in) throws Exception {
    browser.openDialog("subscribers:openDialog", "open:user");
    browser.type("open:user", user);
    browser.choose("open:in", in);
    onlooker.looks("subscriber-open");
    browser.click("open:submit");
    browser.awaitText(By.id("handoutAor"), user);
    browser.awaitGone(By.id("open:submit"));
    onlooker.looks("account");
    browser.click("account:download");
    var file = downloads.resolve(user + "@" + in + ".json");
    browser.awaitFile(file);
    return file;
  }

  private UserAgentProcess call(Path account) throws Exception {
    var caller = ua("call", "--account", account, "sip:video@" + domain);
    caller.type("hello".getBytes(US_ASCII));
    return caller;
  }

  // The devices are on this machine: no gateway is between them.
  private static UserAgentProcess ua(String command, Object... arguments) throws Exception {
    var all = new String[arguments.length + 3];
    all[0] = command;
    all[1] = "--firewall";
    all[2] = "none";
    for (int i = 0; i < arguments.length; i++) {
      all[i + 3] = arguments[i].toString();
    }
    return UserAgentProcess.start(all);
  }

  // Records are written aside, while the call goes on.
  private void awaitBothCalls() {
    browser.awaitThat(
        "both calls to be recorded",
        () -> {
          go("calls.xhtml?party=alice@" + second);
          return browser.texts(By.cssSelector("#calls tbody a")).size() == 2;
        });
  }

  private void sheetAndLink() throws Exception {
    go("subscriber.xhtml?aor=sip:video@" + domain);
    browser.click("subscriber:sheet");
    var link = browser.byId("sheetLink").getText();
    onlooker.looks("sheet");
    browser.click("subscriber:suspend");
    browser.visible(By.className("ui-confirmdialog-yes"));
    onlooker.looks("suspend");
    browser.click(By.className("ui-confirmdialog-no"));
    browser.click("subscriber:delete");
    browser.byId("belongings:submit");
    onlooker.looks("subscriber-delete");
    go(link.substring(link.indexOf("account/")));
    browser.byId("take");
    onlooker.looks("account-link");
    go("account/" + "C".repeat(43));
    browser.visible(By.tagName("h1"));
    onlooker.looks("account-link-gone");
  }

  private void ispAndItsRules() throws Exception {
    go("isp.xhtml?domain=" + domain);
    browser.openDialog("isp:change", "change:name");
    onlooker.looks("isp-change");
    go("rules.xhtml?domain=" + domain);
    browser.type("group:name", "family");
    browser.click("group:submit");
    browser.type("join:aor", "alice@" + second);
    browser.click("join:submit");
    browser.awaitText(By.id("groups:table"), "alice@");
    browser.type("rule:callers", "@elsewhere.example");
    browser.click("rule:submit");
    browser.awaitText(By.id("rules:table"), "@elsewhere.example");
    onlooker.looks("rules");
  }

  private void fileOfSubscribers() throws Exception {
    go("import.xhtml?domain=" + domain);
    browser.byId("upload:file");
    onlooker.looks("import");
    upload("user\nvideo\n");
    browser.byId("current:problems");
    onlooker.looks("import-refused");
    upload("user\nlamp\n");
    browser.click("current:open");
    browser.byId("links");
    onlooker.looks("import-opened");
  }

  private void upload(String text) throws Exception {
    var file = Files.writeString(downloads.resolve("homes.csv"), text);
    go("import.xhtml?domain=" + domain);
    browser.byId("upload:file").sendKeys(file.toString());
    browser.click("upload:check");
    browser.awaitUrl("import=");
  }

  /** What a subscriber sees of its own account. */
  private void ownAccount() throws Exception {
    go("my/account.xhtml");
    browser.awaitUrl("my/sign-in.xhtml");
    browser.byId("enter:submit");
    onlooker.looks("my-sign-in");
    var account =
        new ObjectMapper().readTree(downloads.resolve("alice@" + second + ".json").toFile());
    browser.type("enter:name", "alice@" + second);
    browser.type("enter:password", account.get("password").asText());
    browser.click("enter:submit");
    browser.byId("aor");
    onlooker.looks("my-account");
    browser.click("session:signOut");
    browser.awaitUrl("my/sign-in.xhtml");
  }

  private void operators() throws Exception {
    go("operators.xhtml");
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", "hanako@" + domain);
    browser.choose("open:isp", domain);
    onlooker.looks("operator-open");
    browser.click("open:submit");
    browser.byId("oneTimePassword");
    browser.awaitGone(By.id("open:submit"));
    onlooker.looks("operators");
  }

  private void go(String page) {
    browser.go(Operator.console() + page);
  }
}
