package org.m2mx.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.console.call.Finding;
import org.m2mx.console.form.Form;
import org.m2mx.console.openid.Refusal;
import org.m2mx.console.security.HandshakeCause;
import org.m2mx.registry.Status;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.api.Scope;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.bulk.BulkImport;
import org.m2mx.registry.bulk.Problem;
import org.m2mx.registry.call.CallDecision;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallRule;
import org.m2mx.registry.call.RuleVerdict;
import org.m2mx.registry.guard.ShutOut;
import org.m2mx.registry.permission.IspRule;

class TextsTest {
  private static final Pattern ON_PAGE = Pattern.compile("text\\['([a-zA-Z.-]+)'\\]");
  private static final Pattern IN_CODE =
      Pattern.compile(
          "texts\\s*\\.(?:done|refused|error|get)\\(\\s*\"([^\"]+)\"|(?:texts|parameters)\\s*\\.(?:wrong|in)\\(\\s*[\\w\"]+,\\s*\"([^\"]+)\"");
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  @ParameterizedTest
  @ValueSource(strings = {"Texts", "FacesMessages"})
  void bothLanguagesSayTheSameThings(String bundle) throws IOException {
    var english = load(bundle + ".properties");
    var japanese = load(bundle + "_ja.properties");
    assertThat(japanese.stringPropertyNames()).isEqualTo(english.stringPropertyNames());
    for (var key : english.stringPropertyNames()) {
      assertThat(places(japanese.getProperty(key)))
          .as(key)
          .isEqualTo(places(english.getProperty(key)));
      assertThat(japanese.getProperty(key)).as(key).isNotBlank();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Texts", "FacesMessages"})
  void whatIsSaidInJapaneseIsJapaneseOrAName(String bundle) throws IOException {
    var japanese = load(bundle + "_ja.properties");
    for (var key : japanese.stringPropertyNames()) {
      assertThat(japanese.getProperty(key))
          .as(key)
          .containsPattern("[\\p{IsHan}\\p{IsHiragana}\\p{IsKatakana}]|^(API|ISP)$");
    }
  }

  @Test
  void everythingThatIsSaidIsThereAndNothingElse() throws IOException {
    var used = new HashSet<String>();
    add(used, "status.", Status.values());
    add(used, "action.", Action.values());
    add(used, "role.", Role.values());
    add(used, "result.", CallRecord.Result.values());
    add(used, "reason.", CallDecision.Reason.values());
    add(used, "remedy.", CallDecision.Reason.values());
    add(used, "rule.", CallRule.values());
    add(used, "outcome.", RuleVerdict.Outcome.values());
    add(used, "finding.", Finding.values());
    add(used, "effect.", IspRule.Effect.values());
    add(used, "scope.", Scope.values());
    add(used, "cause.", ShutOut.Cause.values());
    add(used, "tls.", HandshakeCause.values());
    add(used, "import.state.", BulkImport.State.values());
    add(used, "import.problem.", Problem.Kind.values());
    add(used, "refused.", Refusal.values());
    Arrays.stream(Form.values()).map(Form::key).forEach(used::add);
    for (var file : files("src/main/webapp", ".xhtml")) {
      var keys = ON_PAGE.matcher(Files.readString(file));
      while (keys.find()) {
        used.add(keys.group(1));
      }
    }
    for (var file : files("src/main/java", ".java")) {
      var keys = IN_CODE.matcher(Files.readString(file));
      while (keys.find()) {
        used.add(keys.group(1) == null ? keys.group(2) : keys.group(1));
      }
    }
    assertThat(load("Texts.properties").stringPropertyNames())
        .containsExactlyInAnyOrderElementsOf(used);
  }

  @Test
  void placesAreFilledInTheLanguageAskedFor() {
    assertThat(Texts.get(Locale.ENGLISH, "password.unfit", 12, 128))
        .isEqualTo("A password has 12 to 128 characters and no control characters.");
    assertThat(Texts.get(Locale.JAPANESE, "password.unfit", 12, 128))
        .isEqualTo("パスワードは 12 ～ 128 文字で、制御文字は使えません。");
  }

  private static void add(Set<String> used, String prefix, Enum<?>... values) {
    Arrays.stream(values).map(value -> prefix + value.name()).forEach(used::add);
  }

  private static Set<String> places(String text) {
    var places = new HashSet<String>();
    var found = PLACE.matcher(text);
    while (found.find()) {
      places.add(found.group());
    }
    return places;
  }

  private static Properties load(String name) throws IOException {
    var texts = new Properties();
    try (var reader =
        Files.newBufferedReader(Path.of("src/main/resources/org/m2mx/console/text", name))) {
      texts.load(reader);
    }
    return texts;
  }

  private static List<Path> files(String folder, String suffix) throws IOException {
    try (var files = Files.walk(Path.of(folder))) {
      return files.filter(file -> file.toString().endsWith(suffix)).toList();
    }
  }
}
