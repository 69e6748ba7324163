package org.m2mx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MainTest {
  @Test
  void aWrongCommandLineIsAnError() {
    assertThat(Main.run()).isEqualTo(2);
    assertThat(Main.run("nothing-like-it")).isEqualTo(2);
    assertThat(Main.run("register")).as("no server").isEqualTo(2);
  }

  @Test
  void aFolderWithoutAServerIsAnError(@org.junit.jupiter.api.io.TempDir java.nio.file.Path folder) {
    assertThat(
            Main.run(
                "register", "--rounds=0", "--server=" + folder, "--work=" + folder.resolve("work")))
        .isEqualTo(1);
  }

  @Test
  void helpIsThere() {
    assertThat(Main.run("--help")).isZero();
    assertThat(Main.run("invite", "--help")).isZero();
    assertThat(Main.run("console", "--help")).isZero();
  }
}
