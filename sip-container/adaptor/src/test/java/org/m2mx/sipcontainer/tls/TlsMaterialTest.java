package org.m2mx.sipcontainer.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.util.io.pem.PemWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.SipSettings;

class TlsMaterialTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2030-01-02T03:04:05Z"), ZoneOffset.UTC);

  @TempDir private Path folder;

  private TlsMaterial material(Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    values.put("sip.tls.certificate", folder.resolve("tls/certificate.pem").toString());
    values.put("sip.tls.private-key", folder.resolve("tls/private-key.pem").toString());
    return new TlsMaterial(
        SipSettings.from(key -> Optional.ofNullable(values.get(key))).tls(), CLOCK);
  }

  private TlsMaterial selfSigned() {
    return material(Map.of("sip.tls.self-signed-hosts", "sip.example.org, 192.0.2.1, 2001:db8::1"));
  }

  @Test
  void makesACertificateOnceAndKeepsIt() throws Exception {
    TlsIdentity made = selfSigned().identity();
    X509Certificate leaf = made.chain().get(0);
    assertThat(leaf.getSubjectAlternativeNames())
        .containsExactly(
            List.of(2, "sip.example.org"),
            List.of(7, "192.0.2.1"),
            List.of(7, "2001:db8:0:0:0:0:0:1"));
    assertThat(leaf.getNotBefore()).isBefore(CLOCK.instant());
    assertThat(made.expiry()).isAfter(CLOCK.instant().plus(Duration.ofDays(3000)));
    assertThat(made.fingerprint()).matches("([0-9A-F]{2}:){31}[0-9A-F]{2}");
    assertThat(selfSigned().identity().chain()).isEqualTo(made.chain());
  }

  @Test
  void letsOnlyTheOwnerReadTheKey() throws IOException {
    selfSigned().identity();
    assertThat(rights("tls/private-key.pem")).isEqualTo("rw-------");
    assertThat(rights("tls")).isEqualTo("rwx------");
  }

  private String rights(String file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(file)));
  }

  @Test
  void saysWhatToDoWhenThereIsNoCertificate() {
    assertThatThrownBy(() -> material(Map.of()).identity())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sip.tls.certificate=" + folder.resolve("tls/certificate.pem"))
        .hasMessageContaining("does not exist")
        .hasMessageContaining("sip.tls.self-signed-hosts");
  }

  @Test
  void refusesAKeyOfAnotherCertificate() throws IOException {
    selfSigned().identity();
    Path other = folder.resolve("other");
    new SelfSignedCertificate(CLOCK)
        .create(List.of("x"), other.resolve("c.pem"), other.resolve("k.pem"));
    Files.copy(
        other.resolve("k.pem"),
        folder.resolve("tls/private-key.pem"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> selfSigned().identity())
        .hasMessageStartingWith("sip.tls.private-key=")
        .hasMessageContaining("does not belong to the first certificate");
  }

  @Test
  void refusesWhatIsNoKeyAndWhatIsEncrypted() throws Exception {
    selfSigned().identity();
    Path key = folder.resolve("tls/private-key.pem");
    Files.writeString(key, "not a key");
    assertThatThrownBy(() -> selfSigned().identity()).hasMessageContaining("no PEM private key");
    Files.writeString(key, encryptedKey());
    assertThatThrownBy(() -> selfSigned().identity()).hasMessageContaining("encrypted");
  }

  private static String encryptedKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    StringWriter text = new StringWriter();
    try (PemWriter writer = new PemWriter(text)) {
      writer.writeObject(
          new JcaPKCS8Generator(
              generator.generateKeyPair().getPrivate(),
              new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                  .setProvider(new BouncyCastleProvider())
                  .setPassword("secret".toCharArray())
                  .build()));
    }
    return text.toString();
  }

  @Test
  void readsKeyAndAnchorsFromPkcs12() throws Exception {
    TlsIdentity identity = selfSigned().identity();
    Path file = folder.resolve("store.p12");
    java.security.KeyStore store = java.security.KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry(
        "k",
        identity.privateKey(),
        "pw".toCharArray(),
        identity.chain().toArray(X509Certificate[]::new));
    store.setCertificateEntry("a", identity.chain().get(0));
    try (var out = Files.newOutputStream(file)) {
      store.store(out, "pw".toCharArray());
    }
    TlsMaterial material =
        material(
            Map.of(
                "sip.tls.key-store",
                file.toString(),
                "sip.tls.key-store-password",
                "pw",
                "sip.tls.trust",
                file.toString(),
                "sip.tls.trust-password",
                "pw"));
    assertThat(material.identity().fingerprint()).isEqualTo(identity.fingerprint());
    assertThat(material.trustAnchors()).contains(identity.chain());
    assertThatThrownBy(
            () ->
                material(
                        Map.of(
                            "sip.tls.key-store",
                            file.toString(),
                            "sip.tls.key-store-password",
                            "wrong"))
                    .identity())
        .hasMessageStartingWith("sip.tls.key-store=")
        .hasMessageContaining("sip.tls.key-store-password does not open it")
        .hasMessageNotContaining("wrong");
    assertThatThrownBy(() -> material(Map.of("sip.tls.key-store", file.toString())).identity())
        .hasMessageStartingWith("sip.tls.key-store=" + file)
        .hasMessageContaining("sip.tls.key-store-password is not set");
    assertThatThrownBy(() -> material(Map.of("sip.tls.trust", file.toString())).trustAnchors())
        .hasMessageStartingWith("sip.tls.trust=" + file)
        .hasMessageContaining("sip.tls.trust-password is not set");
  }

  @Test
  void saysWhatIsWrongWithAKeyStore() throws Exception {
    Path file = folder.resolve("store.p12");
    Map<String, String> settings =
        Map.of("sip.tls.key-store", file.toString(), "sip.tls.key-store-password", "pw");
    assertThatThrownBy(() -> material(settings).identity())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sip.tls.key-store=" + file)
        .hasMessageContaining("NoSuchFile");
    Files.writeString(file, "not a key store");
    assertThatThrownBy(() -> material(settings).identity())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sip.tls.key-store=" + file)
        .hasMessageContaining("check path, rights and content");
    java.security.KeyStore store = java.security.KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("a", selfSigned().identity().chain().get(0));
    try (var out = Files.newOutputStream(file)) {
      store.store(out, "pw".toCharArray());
    }
    assertThatThrownBy(() -> material(settings).identity())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sip.tls.key-store=" + file)
        .hasMessageContaining("no private key");
    Files.delete(file);
    Files.createDirectory(file);
    assertThatThrownBy(() -> material(settings).identity())
        .isInstanceOf(InvalidSettingException.class)
        .hasMessageStartingWith("sip.tls.key-store=" + file);
  }
}
