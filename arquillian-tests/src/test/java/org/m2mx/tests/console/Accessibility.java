package org.m2mx.tests.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Stream;

/**
 * What axe-core finds against WCAG 2.2, levels A and AA, on the page that a browser shows; but for
 * Swagger UI's part of the page where the API is tried, whose markup is not ours.
 */
final class Accessibility {
  private static final String AXE = script();

  /** In which colours: nothing else of a page depends on them. */
  private static final String RUN =
      """
      const [only, done] = arguments;
      axe.run({exclude: ['#ui']}, {
        resultTypes: ['violations'],
        rules: only ? {} : {'target-size': {enabled: true}},
        runOnly: only ? {type: 'rule', values: only}
          : {type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}
      }).then(
        found => done(found.violations.flatMap(violation => violation.nodes.map(node =>
          violation.id + ': ' + violation.help + ' ' + node.html.slice(0, 300)
          + [...node.any, ...node.all, ...node.none].map(check => ' (' + check.message + ')').join('')))),
        failure => done(['axe failed: ' + failure]));
      """;

  private Accessibility() {}

  /** The violations, in light and dark; each names the rule, what is wrong and the element. */
  static List<String> violations(Browser browser) {
    browser.driver().executeScript(AXE);
    browser.colours("light");
    var light = run(browser, null);
    browser.colours("dark");
    var dark = run(browser, List.of("color-contrast", "link-in-text-block"));
    browser.colours("light");
    return Stream.concat(light.stream(), dark.stream().map(found -> "in the dark, " + found))
        .toList();
  }

  private static List<String> run(Browser browser, List<String> only) {
    var found = (List<?>) browser.driver().executeAsyncScript(RUN, only);
    return found.stream().map(String.class::cast).toList();
  }

  private static String script() {
    try (var in = Accessibility.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
