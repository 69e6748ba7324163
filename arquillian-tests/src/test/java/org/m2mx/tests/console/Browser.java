package org.m2mx.tests.console;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.InvalidElementStateException;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NotFoundException;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Debian's Chromium without a window, with a profile of its own. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

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
    var service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(DRIVER.toFile())
            .withTimeout(PATIENCE)
            .build();
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
    return await(what + " to be seen", () -> driver.findElement(what), WebElement::isDisplayed);
  }

  WebElement byId(String id) {
    return visible(By.id(id));
  }

  void click(String id) {
    click(By.id(id));
  }

  /** Says yes to the question whether one is sure. */
  void confirm() {
    click(By.className("ui-confirmdialog-yes"));
  }

  void click(By what) {
    await(
        what + " to be clicked",
        () -> {
          driver.findElement(what).click();
          return true;
        },
        clicked -> clicked);
  }

  /**
   * Opens a dialog, and waits until it has put the cursor into its first field: what is typed
   * before goes to the wrong one.
   */
  void openDialog(String button, String firstField) {
    click(button);
    awaitCursor(firstField);
  }

  /** Closes a dialog by the keyboard; while it opens, it does not listen yet. */
  void leaveDialog(String firstField) {
    await(
        firstField + " to go",
        () -> {
          var field = driver.findElement(By.id(firstField));
          if (field.isDisplayed()) {
            field.sendKeys(Keys.ESCAPE);
          }
          return field.isDisplayed();
        },
        shown -> !shown);
  }

  /** Waits until what is typed goes there. */
  void awaitCursor(String id) {
    await(
        "the cursor in " + id,
        () -> driver.switchTo().activeElement().getDomAttribute("id"),
        id::equals);
  }

  /** Until it is there: a dialog that closes takes the cursor back to the button it came from. */
  void type(String id, String text) {
    await(
        "'" + text + "' in " + id,
        () -> {
          var field = driver.findElement(By.id(id));
          field.clear();
          field.sendKeys(text);
          return driver.findElement(By.id(id)).getDomProperty("value");
        },
        text::equals);
  }

  void press(String id, Keys key) {
    byId(id).sendKeys(key);
  }

  /** Chooses an entry of a list by its value. */
  void choose(String id, String value) {
    await(
        value + " to be chosen in " + id,
        () -> {
          var entry =
              driver.findElement(
                  By.cssSelector("[id='%s'] option[value='%s']".formatted(id, value)));
          entry.click();
          return entry.isSelected();
        },
        chosen -> chosen);
  }

  /** Waits until what is found says something. */
  void awaitText(By where, String text) {
    await(
        where + " to say " + text,
        () -> driver.findElement(where).getText(),
        said -> said.contains(text));
  }

  /** Waits until something is so. */
  void awaitThat(String what, Supplier<Boolean> look) {
    await(what, look, so -> so);
  }

  /** Waits for a file that is downloaded: its name is there before what is in it. */
  void awaitFile(Path file) {
    awaitThat("the file " + file, () -> file.toFile().length() > 0);
  }

  void awaitGone(By what) {
    await(
        what + " to go",
        () -> driver.findElements(what),
        found -> found.stream().noneMatch(WebElement::isDisplayed));
  }

  void awaitUrl(String part) {
    await("the page " + part, driver::getCurrentUrl, url -> url.contains(part));
  }

  /**
   * Has pages drawn as for whoever prefers these colours, {@code light} or {@code dark}, and
   * nothing that moves.
   */
  void colours(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(
                Map.of("name", "prefers-color-scheme", "value", scheme),
                Map.of("name", "prefers-reduced-motion", "value", "reduce"))));
  }

  /** The page as it is now. */
  String html() {
    return driver.findElement(By.tagName("html")).getDomProperty("outerHTML");
  }

  /** Waits until exactly these are there. */
  void awaitTexts(By what, String... texts) {
    await(what + " to be " + List.of(texts), () -> texts(what), List.of(texts)::equals);
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

  /** Looks again and again, for the page changes under the eye of the test. */
  private <T> T await(String what, Supplier<T> look, Predicate<T> enough) {
    var limit = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      WebDriverException last = null;
      try {
        var seen = look.get();
        if (enough.test(seen)) {
          return seen;
        }
      } catch (NotFoundException
          | StaleElementReferenceException
          | InvalidElementStateException e) {
        last = e;
      }
      if (System.nanoTime() > limit) {
        throw new AssertionError(
            "waited in vain for %s on %s".formatted(what, driver.getCurrentUrl()), last);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  WebDriver.Options manage() {
    return driver.manage();
  }
}
