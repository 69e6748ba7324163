package org.m2mx.registry.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.registry.DataFolder;

class RegistryKeyTest {
  @TempDir Path folder;

  @Test
  void theFirstStartMakesAKeyForItsOwnerOnlyAndTheSecondReadsIt() throws IOException {
    var file = folder.resolve("m2mx/registry.key");
    var first = key(file);
    assertThat(Files.size(file)).isEqualTo(32);
    assertThat(permissions(file)).isEqualTo("rw-------");
    assertThat(permissions(file.getParent())).isEqualTo("rwx------");
    try (var files = Files.list(file.getParent())) {
      assertThat(files).containsExactly(file);
    }
    assertThat(key(file).derive("a use", "AES")).isEqualTo(first.derive("a use", "AES"));
  }

  @Test
  void theKeyIsInTheDataFolderUnlessToldOtherwise() {
    var data = new DataFolder(Optional.of(folder.toString()));
    new RegistryKey(Optional.empty(), data, new SecureRandom());
    assertThat(folder.resolve("m2mx/registry.key")).exists();
    var elsewhere = folder.resolve("elsewhere.key");
    new RegistryKey(Optional.of(elsewhere.toString()), data, new SecureRandom());
    assertThat(elsewhere).exists();
  }

  @Test
  void eachUseHasItsOwnKey() {
    var key = key(folder.resolve("registry.key"));
    assertThat(key.derive("a use", "AES")).isNotEqualTo(key.derive("another use", "AES"));
  }

  @Test
  void aFileOfAnotherSizeIsRefused() throws IOException {
    var file = Files.write(folder.resolve("registry.key"), new byte[31]);
    assertThatExceptionOfType(RegistryKeyException.class)
        .isThrownBy(() -> key(file))
        .withMessageContaining(file + " has 31 octets, not 32")
        .withMessageContaining("backup");
  }

  @Test
  void aFileThatCannotBeReadIsRefused() throws IOException {
    var file = Files.createDirectory(folder.resolve("registry.key"));
    assertThatExceptionOfType(RegistryKeyException.class)
        .isThrownBy(() -> key(file))
        .withMessageContaining(file + " cannot be read");
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    var nowhere = Files.createSymbolicLink(folder.resolve("m2mx"), folder.resolve("gone/away"));
    var file = nowhere.resolve("registry.key");
    assertThatExceptionOfType(RegistryKeyException.class)
        .isThrownBy(() -> key(file))
        .withMessageContaining(file.toString())
        .withMessageContaining("m2mx.registry.key-file");
  }

  private static RegistryKey key(Path file) {
    return new RegistryKey(file, new SecureRandom());
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
