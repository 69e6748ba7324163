package org.m2mx.ua;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AorTest {
  @Test
  void keepsTheUserAsItIsAndWritesTheDomainInLowerCase() {
    Aor aor = Aor.parse("SIP:Video.1@M2M-X.Example");
    assertThat(aor).isEqualTo(new Aor("Video.1", "m2m-x.example"));
    assertThat(aor).hasToString("sip:Video.1@m2m-x.example");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "video",
        "sip:video",
        "sip:@m2m-x.example",
        "sip:video@",
        "sips:video@m2m-x.example",
        "sip:video@m2m-x.example:5061",
        "sip:video@m2m-x.example;transport=tls",
        "sip:a b@m2m-x.example",
        "sip:video:secret@m2m-x.example",
        "sip:video@m2m..example",
        "sip:video@-m2m.example",
        "sip:video@m2m-x.example\r\nX: y",
      })
  void refusesWhatIsNotAName(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Aor.parse(text))
        .withMessageContaining("is not an address such as sip:video@m2m-x.example");
  }
}
