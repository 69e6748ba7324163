package org.m2mx.tests.console;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a page says to people who read Japanese, and whether all of it is Japanese. Data (names,
 * addresses, what devices say of themselves) is marked as such on the page and may be anything.
 */
final class Wording {
  /** Words that Japanese writes in Latin letters. */
  private static final Set<String> AT_HOME =
      Set.of(
          "m2mx", "ISP", "SIP", "TLS", "QR", "API", "CSV", "MD", "SHA", "ID", "Call-ID", "OpenAPI",
          "ms", "URL", "TOTP", "UTC");

  /** Addresses, and what is typed letter by letter in every language. */
  private static final Pattern TYPED =
      Pattern.compile("[!-~]*[@./][!-~]*|group:|m2mx-ua account import");

  private static final Pattern LATIN =
      Pattern.compile("(?<![A-Za-z0-9-])[A-Za-z][A-Za-z'-]+(?![A-Za-z0-9-])");

  private static final String VISIBLE =
      """
      const said = [];
      const data = 'code, pre, time, [translate=no], [lang=en], script, style, option[value*="."]';
      const visible = element => element.checkVisibility({visibilityProperty: true});
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const parent = node.parentElement;
        if (node.data.trim() && !parent.closest(data) && (parent.closest('option') || visible(parent))) said.push(node.data.trim());
      }
      for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')) {
        if (element.closest(data) || !visible(element)) continue;
        for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
          const value = element.getAttribute(name);
          if (value) said.push(value);
        }
      }
      said.push(document.title);
      return said;
      """;

  private Wording() {}

  /**
   * What is said in words that are not Japanese: left in English, or the name of a missing text.
   */
  static List<String> foreign(Browser browser) {
    var said = (List<?>) browser.driver().executeScript(VISIBLE);
    return said.stream().map(String.class::cast).filter(Wording::isForeign).distinct().toList();
  }

  private static boolean isForeign(String text) {
    return text.contains("???")
        || LATIN
            .matcher(TYPED.matcher(text).replaceAll(" "))
            .results()
            .anyMatch(word -> !AT_HOME.contains(word.group()));
  }
}
