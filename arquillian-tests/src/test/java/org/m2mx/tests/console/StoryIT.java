package org.m2mx.tests.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.tests.service.M2mxEar;

/**
 * The operator's first day in both languages. The Japanese one goes past every page, and each is
 * looked at: whether all its words are Japanese, and whether axe-core has anything against it.
 */
@ArquillianTest
@RunAsClient
class StoryIT {
  /** {@link OpenIdIT} looks at these. */
  private static final Set<String> OF_OPENID = Set.of("sign-in-refused.xhtml", "signed-out.xhtml");

  private static final String RUN = Long.toString(System.currentTimeMillis(), 36);

  @TempDir Path downloads;

  @Deployment(testable = false)
  static EnterpriseArchive service() {
    return M2mxEar.asBuilt();
  }

  @Test
  void inEnglish() throws Exception {
    try (var browser = Browser.open("en", downloads)) {
      new Story(
              browser,
              downloads,
              "Telco by the sea",
              "story-" + RUN + ".example",
              page ->
                  assertThat(browser.html()).as(page).contains("lang=\"en\"").doesNotContain("???"))
          .fromTheSignInToACall();
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void inJapaneseAndPastEveryPage() throws Exception {
    var found = new SoftAssertions();
    var seen = new HashSet<String>();
    try (var browser = Browser.open("ja", downloads)) {
      // From the beginning, so that no colour is on its way to another when it is measured.
      browser.colours("light");
      var story =
          new Story(
              browser,
              downloads,
              "海辺テレコム",
              "monogatari-" + RUN + ".example",
              page -> {
                if (!seen.add(page)) {
                  return;
                }
                found.assertThat(Accessibility.violations(browser)).as("axe on %s", page).isEmpty();
                found.assertThat(Wording.foreign(browser)).as("words on %s", page).isEmpty();
              });
      story.fromTheSignInToACall();
      story.theOtherPages();
      assertThat(seen)
          .as("a new page belongs into the story")
          .containsAll(
              Pages.ofFaces().stream()
                  .filter(page -> !OF_OPENID.contains(page))
                  .map(page -> page.replaceAll("^errors/|\\.xhtml$", "").replace('/', '-'))
                  .toList());
      // The page that is not there, which the browser notes as a failed request.
      assertThat(browser.complaints())
          .allSatisfy(complaint -> assertThat(complaint).containsAnyOf("404", "410"));
    }
    found.assertAll();
  }
}
