package org.m2mx.ua.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.testserver.Certificates;

/** What the check shows as a server, in the eyes of verifiers that are strict. */
class ServerIdentityTest {
  @TempDir Path folder;

  @Test
  void isVouchedForByTheStrictest() throws Exception {
    assumeTrue(openssl("version").status() == 0, "no openssl here");
    ServerIdentity identity =
        ServerIdentity.of(InetAddress.getByName("2001:db8::1"), Clock.systemUTC());
    Path authority = folder.resolve("authority.pem");
    Files.writeString(authority, new Certificates.Identity(null, identity.authority()).pem());
    Path server = folder.resolve("server.pem");
    Files.writeString(server, new Certificates.Identity(null, identity.certificate()).pem());
    Said said =
        openssl(
            "verify",
            "-x509_strict",
            "-purpose",
            "sslserver",
            "-verify_ip",
            "2001:db8::1",
            "-CAfile",
            authority.toString(),
            server.toString());
    assertThat(said.text()).isEqualTo(server + ": OK\n");
    assertThat(said.status()).isZero();
  }

  private record Said(int status, String text) {}

  private Said openssl(String... arguments) throws InterruptedException {
    String[] line = new String[arguments.length + 1];
    line[0] = "openssl";
    System.arraycopy(arguments, 0, line, 1, arguments.length);
    try {
      File output = folder.resolve("output").toFile();
      int status =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output)
              .start()
              .waitFor();
      return new Said(status, Files.readString(output.toPath(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return new Said(-1, e.getMessage());
    }
  }
}
