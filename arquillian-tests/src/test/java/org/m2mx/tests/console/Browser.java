package org.m2mx.tests.console;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Debian's Chromium without a window, with a profile of its own. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Opens a browser, or skips the test with the reason when there is none.
   *
   * @param language what it asks servers for
   * @param downloads where files go
   */
  static Browser open(String language, Path downloads) {
    assumeTrue(
        Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
        "no " + CHROMIUM + " and " + DRIVER + ": apt-get install chromium chromium-driver");
    var options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    options.setAcceptInsecureCerts(true);
    options.addArguments(
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,900");
    options.setExperimentalOption(
        "prefs",
        Map.of(
            "intl.accept_languages", language, "download.default_directory", downloads.toString()));
    var log = new LoggingPreferences();
    log.enable(LogType.BROWSER, Level.ALL);
    options.setCapability(ChromeOptions.LOGGING_PREFS, log);
    var service = new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build();
    return new Browser(new ChromeDriver(service, options));
  }

  ChromeDriver driver() {
    return driver;
  }

  void go(String url) {
    driver.get(url);
  }

  String url() {
    return driver.getCurrentUrl();
  }

  WebElement visible(By what) {
    return patiently().until(ExpectedConditions.visibilityOfElementLocated(what));
  }

  WebElement byId(String id) {
    return visible(By.id(id));
  }

  void click(String id) {
    patiently().until(ExpectedConditions.elementToBeClickable(By.id(id))).click();
  }

  /** Says yes to the question whether one is sure. */
  void confirm() {
    patiently()
        .until(ExpectedConditions.elementToBeClickable(By.className("ui-confirmdialog-yes")))
        .click();
  }

  void type(String id, String text) {
    var field = byId(id);
    field.clear();
    field.sendKeys(text);
  }

  /** Waits until what is found says something. */
  void awaitText(By where, String text) {
    patiently().until(ExpectedConditions.textToBePresentInElementLocated(where, text));
  }

  void awaitGone(By what) {
    patiently().until(ExpectedConditions.invisibilityOfElementLocated(what));
  }

  void awaitUrl(String part) {
    patiently().until(ExpectedConditions.urlContains(part));
  }

  List<String> texts(By what) {
    return driver.findElements(what).stream().map(WebElement::getText).toList();
  }

  /** What the browser complained of: scripts that failed, contents that the policy forbade. */
  List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }

  private WebDriverWait patiently() {
    var wait = new WebDriverWait(driver, PATIENCE);
    wait.ignoring(StaleElementReferenceException.class);
    return wait;
  }

  WebDriver.Options manage() {
    return driver.manage();
  }
}
