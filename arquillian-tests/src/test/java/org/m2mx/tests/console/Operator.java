package org.m2mx.tests.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.openqa.selenium.By;

/** The first administrator, who reads the log and then signs in. */
final class Operator {
  static final String NAME = "admin";

  /** In letters as Japanese keyboards type them, of which sign-in forms get an encoding wrong. */
  static final String CHOSEN = "chosen for the ｂｒｏｗｓｅｒ tests";

  private static final Pattern ONE_TIME_PASSWORD =
      Pattern.compile("sign in to the console as admin with the one-time password (\\S+)");

  /** Whether this run has put the chosen password in the place of the one-time one. */
  private static boolean settled;

  private Operator() {}

  static String console() {
    return "https://localhost:" + (8443 + Integer.getInteger("m2mx.port.offset")) + "/console/";
  }

  /** What the server's log shows once. */
  static String oneTimePassword() {
    var line = ONE_TIME_PASSWORD.matcher(log());
    if (!line.find()) {
      throw new AssertionError("the log shows no one-time password");
    }
    return line.group(1);
  }

  /** What the server has logged. */
  static String log() {
    try {
      return Files.readString(Path.of(System.getProperty("m2mx.server.base"), "log/server.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Signs in on whatever page shows the form. */
  static void signIn(Browser browser, String password) {
    browser.type("name", NAME);
    browser.type("secret", password);
    browser.click("enter");
  }

  /** Opens the first page, signed in. */
  static void enter(Browser browser) {
    browser.go(console());
    if (settled) {
      signIn(browser, CHOSEN);
    } else {
      signIn(browser, oneTimePassword());
      choosePassword(browser);
    }
    browser.byId("isps");
  }

  /** Fills in the page that a one-time password leads to. */
  static void choosePassword(Browser browser) {
    browser.awaitUrl("password.xhtml");
    browser.type("password:present", oneTimePassword());
    browser.type("password:chosen", CHOSEN);
    browser.type("password:repeated", CHOSEN);
    browser.click("password:change");
    // In whatever language it says so.
    browser.visible(By.cssSelector("#messages .ui-messages-info"));
    settled = true;
  }

  /** Opens an ISP whose name is made of its domain. */
  static void openIsp(Browser browser, String domain) {
    browser.go(console() + "isps.xhtml");
    browser.openDialog("openDialog", "open:name");
    browser.type("open:name", "Telco " + domain);
    browser.type("open:domain", domain);
    browser.click("open:submit");
    browser.awaitText(By.id("messages"), domain);
    browser.awaitGone(By.id("open:submit"));
  }

  /**
   * Lets another operator in.
   *
   * @param domain of its ISP; null for all of them
   * @return its one-time password
   */
  static String letIn(Browser browser, String name, String role, String domain) {
    browser.go(console() + "operators.xhtml");
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

  static boolean settled() {
    return settled;
  }
}
