package org.m2mx.ua.testserver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Writes account files for a {@link TestServer}. */
public final class Accounts {
  private Accounts() {}

  /** Writes an account file that its owner only can read. */
  public static Path write(
      Path folder, String user, String password, String server, Certificates.Identity anchor)
      throws IOException {
    Path file = folder.resolve(user + ".json");
    String json =
        """
        {
          "version": 1,
          "aor": "sip:%s@%s",
          "password": "%s",
          "server": "%s",
          "trustAnchor": "%s"
        }
        """
            .formatted(
                user,
                TestServer.DOMAIN,
                password,
                server,
                anchor.pem().replace("\r", "").replace("\n", "\\n"));
    Files.writeString(file, json);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }
}
