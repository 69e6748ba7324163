package org.m2mx.console.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.DataFolder;
import org.m2mx.registry.credential.Password;

class AccountFilesTest {
  private static final Aor VIDEO = new Aor("video", "m2m-x.example");
  private static final Password PASSWORD = Password.of("quite \"secret\" \\ パスワード");

  @TempDir Path folder;

  @Test
  void theFileHoldsWhatADeviceNeedsAndNothingElse() throws Exception {
    var json = read(files("[2001:db8::1]:5061", pem("one.pem")).of(VIDEO, PASSWORD));
    assertThat(json.keySet())
        .containsExactly("version", "aor", "password", "server", "trustAnchor");
    assertThat(json.getInt("version")).isEqualTo(1);
    assertThat(json.getString("aor")).isEqualTo("sip:video@m2m-x.example");
    assertThat(json.getString("password")).isEqualTo(PASSWORD.reveal());
    assertThat(json.getString("server")).isEqualTo("[2001:db8::1]:5061");
    assertThat(json.getString("trustAnchor")).isEqualTo(Files.readString(pem("one.pem")));
  }

  @Test
  void ofAPemFileOnlyTheCertificatesGoOut() throws Exception {
    var anchors = files("sip.m2m-x.example", pem("chain.pem")).of(VIDEO, PASSWORD).trustAnchor();
    assertThat(anchors).doesNotContain("PRIVATE", "Bag", "\r");
    assertThat(certificates(anchors)).isEqualTo(2);
  }

  @Test
  void theSipListenersCertificateIsTheTrustAnchorUnlessToldOtherwise() throws Exception {
    var data = new DataFolder(Optional.of(folder.toString()));
    Files.createDirectories(folder.resolve("m2mx/tls"));
    Files.copy(pem("one.pem"), folder.resolve("m2mx/tls/certificate.pem"));
    var byDefault = files(Optional.empty(), Optional.empty(), data);
    assertThat(certificates(byDefault.of(VIDEO, PASSWORD).trustAnchor())).isEqualTo(1);
    var configured = files(Optional.empty(), Optional.of(pem("chain.pem").toString()), data);
    assertThat(certificates(configured.of(VIDEO, PASSWORD).trustAnchor())).isEqualTo(2);
  }

  @Test
  void theServerIsThisMachineAtItsSipPortUnlessToldOtherwise() throws Exception {
    var certificate = Optional.of(pem("one.pem").toString());
    var data = new DataFolder(Optional.empty());
    assertThat(files(Optional.empty(), certificate, data).of(VIDEO, PASSWORD).server())
        .isEqualTo("sip.telco.example:5161");
    assertThat(files(Optional.of("[::1]:9"), certificate, data).of(VIDEO, PASSWORD).server())
        .isEqualTo("[::1]:9");
  }

  @Test
  void aCertificateThatIsNotThereOrNoneIsNamedWithTheSetting() throws Exception {
    refused(
        "there.example", folder.resolve("absent.pem"), "absent.pem", "m2mx.account.trust-anchor");
    var empty = Files.writeString(folder.resolve("empty.pem"), "nothing here");
    refused("there.example", empty, "holds no PEM certificate", "m2mx.account.trust-anchor");
    var broken =
        Files.writeString(
            folder.resolve("broken.pem"),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    refused("there.example", broken, "broken.pem holds what is no certificate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sip:there",
        "there:port",
        "user@there",
        "there/path",
        "2001:db8::1",
        "there:70000x",
        "a b"
      })
  void aServerThatIsNoneIsNamedWithTheSetting(String server) throws Exception {
    refused(server, pem("one.pem"), "m2mx.account.server is \"" + server + '"', "host:port");
  }

  @Test
  void aFileNameHoldsNothingThatAFileSystemMinds() {
    var file = new AccountFile(new Aor("a/b\\c..\"d", "m2m-x.example"), PASSWORD, "s", "t");
    assertThat(file.fileName()).isEqualTo("a_b_c.._d@m2m-x.example.json");
  }

  @Test
  void aFilePrintsWithoutItsPassword() {
    assertThat(new AccountFile(VIDEO, PASSWORD, "s", "t").toString())
        .doesNotContain(PASSWORD.reveal());
  }

  private void refused(String server, Path trustAnchor, String... telling) {
    assertThatExceptionOfType(AccountException.class)
        .isThrownBy(() -> files(server, trustAnchor).of(VIDEO, PASSWORD))
        .satisfies(e -> assertThat(e.getMessage()).contains(telling));
  }

  private AccountFiles files(String server, Path trustAnchor) {
    return files(
        Optional.of(server), Optional.of(trustAnchor.toString()), new DataFolder(Optional.empty()));
  }

  private static AccountFiles files(
      Optional<String> server, Optional<String> certificate, DataFolder data) {
    var port = new SipPort(Optional.empty(), Optional.empty(), 100);
    return new AccountFiles(server, "sip.telco.example", port, Optional.empty(), certificate, data);
  }

  private static JsonObject read(AccountFile file) {
    try (var reader = Json.createReader(new StringReader(file.json()))) {
      return reader.readObject();
    }
  }

  private static int certificates(String pem) throws CertificateException {
    return CertificateFactory.getInstance("X.509")
        .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))
        .size();
  }

  private static Path pem(String name) throws IOException {
    try {
      return Path.of(AccountFilesTest.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }
}
