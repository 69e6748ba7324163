package org.m2mx.tests.console;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Takes the pictures of the operator's guide: {@code ./m2mx screenshots} starts it beside a server
 * that it made for this, and throws away afterwards with every password and key that is in a
 * picture.
 */
final class Screenshots {
  /** What is shown in Japanese too. */
  private static final Set<String> IN_JAPANESE = Set.of("sign-in", "subscriber", "call");

  private Screenshots() {}

  /**
   * @param arguments the folder for the pictures, which is made where there is none
   */
  public static void main(String[] arguments) throws Exception {
    var folder = Files.createDirectories(Path.of(arguments[0]));
    var downloads = Files.createTempDirectory("screenshots");
    try (var browser = Browser.open("en", downloads)) {
      var story =
          new Story(
              browser,
              downloads,
              "Seaside Telecom",
              "seaside.example",
              page -> new Picture(browser).write(folder.resolve(page + ".png")));
      story.fromTheSignInToACall();
      story.theOtherPages();
    }
    try (var browser = Browser.open("ja", downloads)) {
      new Story(
              browser,
              downloads,
              "海辺テレコム",
              "umibe.example",
              page -> {
                if (IN_JAPANESE.contains(page)) {
                  new Picture(browser).write(folder.resolve(page + "-ja.png"));
                }
              })
          .fromTheSignInToACall();
    }
  }
}
