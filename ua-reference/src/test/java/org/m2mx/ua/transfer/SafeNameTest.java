package org.m2mx.ua.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafeNameTest {

  @ParameterizedTest
  @CsvSource({
    "photo.jpg, photo.jpg",
    "año 写真.jpg, año 写真.jpg",
    "../../etc/passwd, passwd",
    "/etc/passwd, passwd",
    "C:\\Windows\\system.ini, system.ini",
    ".., file",
    "., file",
    "'', file",
    "a/, file",
    ".bashrc, _.bashrc",
    "-rf, _-rf",
    "CON, _CON",
    "nul.txt, _nul.txt",
    "console.txt, console.txt",
    "'name. . ', name",
    "'a:b|c?d*e<f>g', a_b_c_d_e_f_g",
  })
  void leavesNothingThatDoesHarm(String offered, String safe) {
    assertThat(SafeName.of(offered)).isEqualTo(safe);
  }

  @Test
  void replacesWhatCannotBeSeenOrTurnsTheTextAround() {
    assertThat(SafeName.of("a\nb\0c\u202Egpj.exe")).isEqualTo("a_b_c_gpj.exe");
  }

  @Test
  void shortensTheStemAndKeepsTheExtension() {
    String safe = SafeName.of("写".repeat(300) + ".jpeg");
    assertThat(safe).endsWith("写.jpeg");
    assertThat(safe.getBytes(StandardCharsets.UTF_8).length).isBetween(190, 200);
    assertThat(SafeName.of("😀".repeat(300)).getBytes(StandardCharsets.UTF_8)).hasSize(200);
  }

  @Test
  void numbersBeforeTheExtension() {
    assertThat(SafeName.numbered("photo.jpg", 2)).isEqualTo("photo (2).jpg");
    assertThat(SafeName.numbered("README", 3)).isEqualTo("README (3)");
    assertThat(SafeName.numbered("a.very-long-extension", 4))
        .isEqualTo("a.very-long-extension (4)");
  }
}
