package org.m2mx.console.account;

import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import java.io.StringWriter;
import java.util.Map;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Password;

/**
 * The file that makes a device a subscriber's.
 *
 * @param aor the subscriber's name
 * @param password what it proves itself with
 * @param server host and port of the server, the port after a colon and an IPv6 address in brackets
 * @param trustAnchor PEM, one or more certificates: the only roots that the device trusts
 */
public record AccountFile(Aor aor, Password password, String server, String trustAnchor) {
  private static final int VERSION = 1;

  /** The file's content. */
  public String json() {
    var text = new StringWriter();
    try (var json =
        Json.createGeneratorFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true))
            .createGenerator(text)) {
      json.writeStartObject()
          .write("version", VERSION)
          .write("aor", aor.toString())
          .write("password", password.reveal())
          .write("server", server)
          .write("trustAnchor", trustAnchor)
          .writeEnd();
    }
    return text.append('\n').toString().stripLeading();
  }

  /** A name for the file: the user part with anything unusual replaced, and the domain. */
  public String fileName() {
    return aor.user().replaceAll("[^A-Za-z0-9._-]", "_") + '@' + aor.domain() + ".json";
  }
}
