package org.m2mx.tests.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** An account file as the console hands it out, read and spoilt by tests. */
public final class AccountFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path path;
  private final ObjectNode content;

  private AccountFile(Path path, ObjectNode content) {
    this.path = path;
    this.content = content;
  }

  /** Reads a demo account that the server under test writes at start. */
  public static AccountFile demo(String name) throws IOException, InterruptedException {
    Path path = Path.of(System.getProperty("m2mx.server.base"), "accounts", name + ".json");
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!Files.exists(path)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the server wrote no " + path);
      }
      Thread.sleep(100);
    }
    return new AccountFile(path, (ObjectNode) JSON.readTree(path.toFile()));
  }

  /** Where it is. */
  public Path path() {
    return path;
  }

  /** The text of one key. */
  public String text(String key) {
    JsonNode value = content.get(key);
    return value.asText();
  }

  /** A copy in another folder in which one key is different, or new. */
  public AccountFile with(String key, String value, Path folder) throws IOException {
    ObjectNode changed = content.deepCopy().put(key, value);
    Path copy = Files.createTempFile(folder, "account", ".json");
    JSON.writeValue(copy.toFile(), changed);
    return new AccountFile(copy, changed);
  }
}
