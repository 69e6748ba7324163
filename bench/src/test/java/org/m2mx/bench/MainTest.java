package org.m2mx.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @Test
  void aWrongCommandLineIsAnError() {
    assertThat(Main.run()).isEqualTo(2);
    assertThat(Main.run("nothing-like-it")).isEqualTo(2);
    assertThat(Main.run("register")).as("no server").isEqualTo(2);
  }

  @Test
  void aFolderWithoutAServerIsAnError(@TempDir Path folder) {
    assertThat(
            Main.run(
                "register", "--rounds=0", "--server=" + folder, "--work=" + folder.resolve("work")))
        .isEqualTo(1);
  }

  @Test
  void nothingToMeasureIsAnError(@TempDir Path folder) {
    String server = "--server=" + folder;
    String work = "--work=" + folder.resolve("work");
    assertThat(Main.run("memory", "--flows=0", server, work)).isEqualTo(1);
    assertThat(Main.run("restart", "--bindings=0", server, work)).isEqualTo(1);
  }

  @Test
  void helpIsThere() {
    assertThat(Main.run("--help")).isZero();
    assertThat(Main.run("invite", "--help")).isZero();
    assertThat(Main.run("console", "--help")).isZero();
  }
}
