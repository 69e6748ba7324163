package org.m2mx.console.bulk;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.bulk.Line;
import org.m2mx.registry.bulk.Problem;
import org.m2mx.registry.bulk.Problem.Kind;

class SubscriberCsvTest {
  private static final String DOMAIN = "m2m-x.example";
  private static final List<String> DOMAINS = List.of(DOMAIN, "second.example");
  private static final int MOST = 5;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "user,password,legacy\ncamera,,\ndoor,\"a, \"\"b\"\" of twelve\",yes\n",
        "user;password;legacy\r\ncamera;;no\r\ndoor;\"a, \"\"b\"\" of twelve\";TRUE",
        "\uFEFFLegacy\tUser \tPASSWORD\n0\tcamera\t\n\n1\tdoor\t\"a, \"\"b\"\" of twelve\"\n",
        "aor,password,legacy\nsip:camera@M2M-x.example,,\ndoor@m2m-x.example,\"a, \"\"b\"\" of twelve\",1\n"
      })
  void readsWhatSpreadsheetsWrite(String text) {
    var lines = read(text);
    assertThat(lines)
        .extracting(Line::aor, Line::legacy)
        .containsExactly(
            tuple(new Aor("camera", DOMAIN), false), tuple(new Aor("door", DOMAIN), true));
    assertThat(lines).allMatch(line -> line.problems().isEmpty());
    assertThat(lines.get(0).password()).isNull();
    assertThat(lines.get(1).password().reveal()).isEqualTo("a, \"b\" of twelve");
  }

  @Test
  void aColumnOfNamesIsEnough() {
    assertThat(read("user\ncamera\n玄関\n"))
        .extracting(Line::aor)
        .containsExactly(new Aor("camera", DOMAIN), new Aor("玄関", DOMAIN));
  }

  @Test
  void everythingThatIsWrongInALineIsNamedWithItsColumn() {
    var problems =
        problems(
            "user,password,legacy\n"
                + "a:b,short,maybe\n"
                + ",,\n"
                + "\"two\nlines\",,\n"
                + "door,,,\n");
    assertThat(problems)
        .containsExactly(
            new Problem(2, "user", Kind.USER_INVALID, ""),
            new Problem(2, "password", Kind.PASSWORD_UNFIT, ""),
            new Problem(2, "legacy", Kind.LEGACY_INVALID, ""),
            new Problem(3, "user", Kind.USER_MISSING, ""),
            new Problem(4, "user", Kind.USER_INVALID, ""),
            new Problem(6, "", Kind.CELL_COUNT, "4 / 3"));
    assertThat(problems.toString()).doesNotContain("short");
    assertThat(problems("camera,a password in the first line,\n").toString())
        .doesNotContain("a password");
  }

  @Test
  void anAddressOfAnotherDomainIsNotThisIsps() {
    assertThat(problems("aor\nsip:door@other.example\nsip:door@m2m-x.example:5061\n"))
        .containsExactly(
            new Problem(2, "aor", Kind.OTHER_DOMAIN, "sip:door@other.example"),
            new Problem(3, "aor", Kind.USER_INVALID, ""));
  }

  @Test
  void anAddressIsInAnyDomainOfTheIspANameInItsFirst() {
    assertThat(read("aor\nsip:door@second.example\ndoor@m2m-x.example\n"))
        .extracting(Line::aor)
        .containsExactly(new Aor("door", "second.example"), new Aor("door", DOMAIN));
    assertThat(read("user\ndoor\n")).extracting(Line::aor).containsExactly(new Aor("door", DOMAIN));
  }

  @Test
  void columnsAreNamedAndKnown() {
    assertThat(problems("user,phone,legacy,legacy\nx,1,,\n"))
        .containsExactly(
            new Problem(1, "phone", Kind.UNKNOWN_COLUMN, "phone"),
            new Problem(1, "legacy", Kind.REPEATED_COLUMN, "legacy"));
    assertThat(problems("password\nx\n"))
        .containsExactly(new Problem(1, "", Kind.NO_USER_COLUMN, ""));
    assertThat(problems("user,aor\nx,x@m2m-x.example\n"))
        .containsExactly(new Problem(1, "", Kind.NO_USER_COLUMN, ""));
    assertThat(problems("")).containsExactly(new Problem(1, "", Kind.NOTHING, ""));
    assertThat(problems("user\n\n")).containsExactly(new Problem(1, "", Kind.NO_LINES, ""));
  }

  @Test
  void whatIsNoTextOrNoTableEndsThereAndSaysWhere() {
    assertThat(problems("user\ncamera\n\"door\nhome-1\n"))
        .containsExactly(new Problem(2, "", Kind.NOT_CSV, ""));
    assertThat(problems("user\ncamera\n\"x\"y\nhome-1\n"))
        .containsExactly(new Problem(2, "", Kind.NOT_CSV, ""));
    assertThat(problems("user\ncamera\n" + "x".repeat(1 << 20) + "\n"))
        .extracting(Problem::line, Problem::kind)
        .containsAnyOf(tuple(2, Kind.NOT_CSV), tuple(3, Kind.USER_INVALID));
    assertThat(problems("user\ncamera\n玄関\n".getBytes(Charset.forName("Shift_JIS"))))
        .containsExactly(new Problem(3, "", Kind.NOT_UTF_8, ""));
    assertThat(problems("user\ncamera\n".getBytes(UTF_16)))
        .containsExactly(new Problem(1, "", Kind.NOT_UTF_8, ""));
  }

  @Test
  void aFileHasAnEnd() {
    var lines = read("user\n" + "x\n".repeat(MOST + 2));
    assertThat(lines).hasSize(MOST + 1);
    assertThat(lines.get(MOST).problems())
        .containsExactly(new Problem(MOST + 2, "", Kind.TOO_MANY_LINES, "5"));
  }

  @Test
  void itTellsHowMuchIsRead() {
    var csv = new SubscriberCsv("user\na\nb\n".getBytes(UTF_8), DOMAINS, MOST);
    csv.forEachRemaining(line -> assertThat(line.aor()).isNotNull());
    assertThat(csv.percent()).isEqualTo(100);
  }

  private static List<Line> read(String text) {
    return read(text.getBytes(UTF_8));
  }

  private static List<Line> read(byte[] content) {
    var lines = new ArrayList<Line>();
    new SubscriberCsv(content, DOMAINS, MOST).forEachRemaining(lines::add);
    return lines;
  }

  private static List<Problem> problems(String text) {
    return problems(text.getBytes(UTF_8));
  }

  private static List<Problem> problems(byte[] content) {
    return read(content).stream().flatMap(line -> line.problems().stream()).toList();
  }
}
