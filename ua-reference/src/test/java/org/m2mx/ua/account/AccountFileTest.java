package org.m2mx.ua.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.testserver.Accounts;
import org.m2mx.ua.testserver.Certificates;

class AccountFileTest {
  private static Certificates.Identity root;

  @TempDir Path folder;
  private Path file;
  private String good;

  @BeforeAll
  static void issue() throws Exception {
    root = Certificates.authority("root");
  }

  @BeforeEach
  void write() throws Exception {
    file = Accounts.write(folder, "video", "s3cret", "sip.m2m-x.example", root);
    good = Files.readString(file);
  }

  @Test
  void readsAnAccount() throws Exception {
    Account account = AccountFile.read(file);
    assertThat(account.aor()).isEqualTo(new Aor("video", "m2m-x.example"));
    assertThat(account.password()).isEqualTo("s3cret");
    assertThat(account.server()).isEqualTo(new ServerAddress("sip.m2m-x.example", 5061));
    assertThat(account.trustAnchors()).containsExactly(root.certificate());
    assertThat(account.toString()).doesNotContain("s3cret");
  }

  @Test
  void readsSeveralTrustAnchors() throws Exception {
    Certificates.Identity second = Certificates.authority("second");
    String both = (root.pem() + second.pem()).replace("\r", "").replace("\n", "\\n");
    Files.writeString(
        file,
        "{\"version\":1,\"aor\":\"sip:v@x.example\",\"password\":\"p\",\"server\":\"[::1]:5\","
            + "\"trustAnchor\":\""
            + both
            + "\"}");
    Account account = AccountFile.read(file);
    assertThat(account.trustAnchors()).containsExactly(root.certificate(), second.certificate());
    assertThat(account.server()).isEqualTo(new ServerAddress("::1", 5));
  }

  private void assertRefused(String content, String... parts) throws Exception {
    Files.writeString(file, content);
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> AccountFile.read(file))
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.ACCOUNT_FILE))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts).contains(file.toString()))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "s3cret"));
  }

  @Test
  void namesAnUnknownKeyAndItsPlace() throws Exception {
    assertRefused(
        good.replace("\"version\": 1,", "\"version\": 1, \"colour\": \"red\","),
        "unknown key \"colour\" at line 2, column 17",
        "the keys are version, aor, password, server, trustAnchor");
  }

  @Test
  void namesAKeyThatIsGivenTwice() throws Exception {
    assertRefused(
        good.replace("\"version\": 1,", "\"version\": 1,\n  \"version\": 1,"),
        "\"version\" a second time at line 3, column 3");
  }

  @Test
  void namesAKeyThatIsMissing() throws Exception {
    assertRefused(good.replaceFirst("  \"password\".*\n", ""), "lacks the key \"password\"");
  }

  @Test
  void namesAKeyOfTheWrongType() throws Exception {
    assertRefused(
        good.replace("\"s3cret\"", "12345"), "else than a string under \"password\" at line 4");
    assertRefused(good.replace("1,", "\"1\","), "else than a whole number under \"version\"");
    assertRefused(good.replace("1,", "1.0,"), "else than a whole number under \"version\"");
    assertRefused(good.replace("\"s3cret\"", "null"), "else than a string under \"password\"");
    assertRefused(good.replace("\"s3cret\"", "{}"), "else than a string under \"password\"");
  }

  @Test
  void namesAVersionThatItDoesNotKnow() throws Exception {
    assertRefused(good.replace("1,", "2,"), "has version 2, and this program knows version 1");
  }

  @Test
  void tellsWhereTheJsonBreaks() throws Exception {
    assertRefused(good.replace("\"s3cret\",", "\"s3cret\""), "is not JSON at line 5, column 3");
    assertRefused(good.substring(0, 40), "is not JSON at line ");
    assertRefused("{\"version\": 1", "expected close marker for Object. Correct that place");
    assertRefused(good + "{}", "goes on after its end at line 8, column 1");
    assertRefused("[]", "is not a JSON object");
    assertRefused("", "is not a JSON object");
  }

  @Test
  void tellsWhichValueIsBad() throws Exception {
    assertRefused(
        good.replace("sip:video@", "video@"), "bad \"aor\" at line 3", "is not an address");
    assertRefused(good.replace("sip.m2m-x.example\"", "a:b:c\""), "bad \"server\" at line 5");
    assertRefused(good.replace("sip.m2m-x.example\"", "a:99999\""), "bad \"server\"", "99999");
    assertRefused(good.replace("s3cret", ""), "bad \"password\"", "empty");
    assertRefused(good.replace("BEGIN CERT", "BEGIN SERT"), "bad \"trustAnchor\" at line 6");
  }

  @Test
  void tellsWhyAFileCannotBeRead() throws Exception {
    Files.delete(file);
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> AccountFile.read(file))
        .withMessageContaining("does not exist");
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> AccountFile.read(folder))
        .withMessageContaining("is a directory");
    Files.write(file, new byte[] {'{', (byte) 0xff, '}'});
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> AccountFile.read(file))
        .withMessageContaining("not text in UTF-8");
    Files.write(file, new byte[(1 << 20) + 1]);
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> AccountFile.read(file))
        .withMessageContaining("larger than 1 MiB");
  }

  @Test
  void warnsWhenOthersCanReadIt() throws Exception {
    assertThat(AccountFile.exposure(file)).isEmpty();
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw----r--"));
    assertThat(AccountFile.exposure(file))
        .hasValueSatisfying(warning -> assertThat(warning).contains("chmod 600 " + file));
  }

  /** The published schema and this reader agree on the keys. */
  @Test
  void knowsTheKeysOfTheSchema() throws Exception {
    Set<String> keys = new HashSet<>();
    try (InputStream in = AccountFile.class.getResourceAsStream("account.schema.json");
        JsonParser parser = new JsonFactory().createParser(in)) {
      int depth = 0;
      boolean properties = false;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.START_OBJECT) {
          depth++;
        } else if (token == JsonToken.END_OBJECT) {
          depth--;
        } else if (token == JsonToken.FIELD_NAME && depth == 1) {
          properties = parser.currentName().equals("properties");
        } else if (token == JsonToken.FIELD_NAME && depth == 2 && properties) {
          keys.add(parser.currentName());
        }
      }
    }
    assertThat(keys).isNotEmpty();
    assertRefused("{\"x\":1}", keys.toArray(String[]::new));
    for (String key : keys) {
      assertRefused("{\"" + key + "\":[]}", "under \"" + key + "\"");
    }
  }
}
