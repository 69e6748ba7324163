package org.m2mx.ua.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.UserAgentException;

class DeviceTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-22T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path folder;

  @Test
  void isMadeAtFirstUseAndTheSameEverAfter() throws Exception {
    Path state = folder.resolve("deep/video.device");
    Device first = Device.open(state, CLOCK);
    Device second = Device.open(state, CLOCK);
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(second.instanceUrn())
        .isEqualTo(first.instanceUrn())
        .matches("urn:uuid:[0-9a-f-]{36}");
    assertThat(Device.open(folder.resolve("other"), CLOCK).fingerprint())
        .isNotEqualTo(first.fingerprint());
  }

  @Test
  void hasAKeyOnP256ThatBelongsToItsCertificate() throws Exception {
    Device device = Device.open(folder.resolve("d"), CLOCK);
    ECPublicKey key = (ECPublicKey) device.certificate().getPublicKey();
    assertThat(key.getParams().getOrder().bitLength()).isEqualTo(256);
    Signature signature = Signature.getInstance("SHA256withECDSA");
    signature.initSign(device.privateKey());
    signature.update(new byte[] {1, 2, 3});
    byte[] signed = signature.sign();
    signature.initVerify(key);
    signature.update(new byte[] {1, 2, 3});
    assertThat(signature.verify(signed)).isTrue();
    device.certificate().checkValidity(Date.from(CLOCK.instant()));
    device.certificate().verify(key);
  }

  @Test
  void isClosedToOthers() throws Exception {
    Path state = folder.resolve("d");
    Device.open(state, CLOCK);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
        .isEqualTo("rwx------");
    try (var files = Files.list(state)) {
      assertThat(files)
          .hasSize(3)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .isEqualTo("rw-------"));
    }
  }

  @Test
  void refusesAKeyThatOthersCanRead() throws Exception {
    Path state = folder.resolve("d");
    Device.open(state, CLOCK);
    Path key = state.resolve("private-key.pem");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> Device.open(state, CLOCK))
        .withMessageContaining("run: chmod 600 " + key)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(UserAgentException.Reason.DEVICE_STATE));
  }

  @Test
  void saysWhichFileHoldsSomethingElse() throws Exception {
    Path state = folder.resolve("d");
    Device.open(state, CLOCK);
    Files.writeString(state.resolve("private-key.pem"), "nonsense");
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> Device.open(state, CLOCK))
        .withMessageContaining("private-key.pem does not hold a private key")
        .satisfies(e -> assertThat(e.reason()).isEqualTo(UserAgentException.Reason.DEVICE_STATE));
    Files.writeString(state.resolve("instance-id"), "not a uuid");
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> Device.open(state, CLOCK))
        .withMessageContaining("instance-id does not hold a UUID");
  }

  @Test
  void refusesTheCertificateOfAnotherDevice() throws Exception {
    Path state = folder.resolve("d");
    Device.open(state, CLOCK);
    Device.open(folder.resolve("other"), CLOCK);
    Files.copy(
        folder.resolve("other/certificate.pem"),
        state.resolve("certificate.pem"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> Device.open(state, CLOCK))
        .withMessageContaining("certificate.pem is not of the key in private-key.pem. Put that");
  }

  @Test
  void saysThatTheFolderCannotBeMade() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> Device.open(file.resolve("d"), CLOCK))
        .withMessageContaining("cannot be used")
        .withMessageContaining("--state DIR");
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> Device.open(file, CLOCK))
        .withMessageContaining("it is not a folder");
  }
}
