package org.m2mx.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AorTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sip:alice@m2m-x.example             | sip:alice@m2m-x.example
          SIP:alice@M2M-X.Example             | sip:alice@m2m-x.example
          sips:alice@m2m-x.example            | sip:alice@m2m-x.example
          sip:alice@m2m-x.example.            | sip:alice@m2m-x.example
          sip:Alice@m2m-x.example             | sip:Alice@m2m-x.example
          sip:%61lice@m2m-x.example           | sip:alice@m2m-x.example
          sip:a%20b%40c@m2m-x.example         | sip:a%20b%40c@m2m-x.example
          sip:%e3%81%82@m2m-x.example         | sip:%E3%81%82@m2m-x.example
          sip:+81-3-1234;x=1?@localhost       | sip:+81-3-1234;x=1?@localhost
          """)
  void equalNamesHaveOneCanonicalForm(String text, String canonical) {
    assertThat(Aor.parse(text)).hasToString(canonical).isEqualTo(Aor.parse(canonical));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alice@m2m-x.example                 | does not begin with sip:
          tel:+8131234                        | does not begin with sip:
          sip:m2m-x.example                   | no @
          sip:@m2m-x.example                  | user part is empty
          sip:alice@                          | domain is empty
          sip:alice@m2m-x.example:5061        | a port
          sip:alice:secret@m2m-x.example      | a password
          sip:alice@m2m-x.example;lr          | URI parameters
          sip:alice@m2m-x.example?a=b         | headers
          sip:al ice@m2m-x.example            | written as %XX
          sip:あ@m2m-x.example                 | written as %XX
          sip:alice%4@m2m-x.example           | hexadecimal
          sip:alice%zz@m2m-x.example          | hexadecimal
          sip:alice%@m2m-x.example            | hexadecimal
          sip:%ff@m2m-x.example               | not UTF-8
          sip:a%00b@m2m-x.example             | control character
          sip:a%3Ab@m2m-x.example             | colon
          sip:alice@192.0.2.1                 | not a domain name
          sip:alice@[2001:db8::1]             | a port
          sip:alice@-x.example                | not a domain name
          sip:alice@x..example                | not a domain name
          sip:alice@a@b.example               | not a domain name
          """)
  void whatIsNoAddressOfRecordIsRefusedWithTheReason(String text, String reason) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aor.parse(text))
        .withMessageContaining(reason);
  }

  @Test
  void lengthsAreBounded() {
    assertThat(Aor.parse("sip:" + "a".repeat(64) + "@x.example").user()).hasSize(64);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aor.parse("sip:" + "a".repeat(65) + "@x.example"))
        .withMessageContaining("65 octets, 64 are allowed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Aor("alice", "a.".repeat(127) + "b"))
        .withMessageContaining("255 characters, 253 are allowed");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aor.parse("sip:" + "a".repeat(100_000)))
        .withMessageContaining("100004 characters")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void theLongestAddressOfRecordFitsItsColumn() {
    var longest = new Aor("\"".repeat(64), "b".repeat(63) + ".c".repeat(95));
    assertThat(longest.toString()).hasSize(450);
    assertThat(Aor.parse(longest.toString())).isEqualTo(longest);
  }

  @Test
  void aMessageShowsNoControlCharacterOfTheInput() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aor.parse("sip:alice@x\r\nFrom: mallory"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\r", "\n"));
  }

  @Test
  void anyTextIsEitherRefusedOrReadTheSameAgain() {
    var seed = System.nanoTime();
    var random = new Random(seed);
    var pieces =
        new String[] {
          "sip:",
          "@",
          "alice",
          "x.example",
          "%",
          "%41",
          "%C3",
          "é",
          ":",
          ";",
          "?",
          "[",
          "\0",
          ".",
          "-",
          "A",
          "\uD800"
        };
    for (int i = 0; i < 50_000; i++) {
      var text = new StringBuilder(random.nextBoolean() ? "sip:" : "");
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        var aor = Aor.parse(text.toString());
        assertThat(Aor.parse(aor.toString())).as("seed %d: %s", seed, text).isEqualTo(aor);
      } catch (IllegalArgumentException e) {
        assertThat(e).as("seed %d: %s", seed, text).message().isNotBlank();
      }
    }
  }
}
