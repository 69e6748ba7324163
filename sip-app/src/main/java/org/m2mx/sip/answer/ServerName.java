package org.m2mx.sip.answer;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the server calls itself, name and version (RFC 3261 section 20.35). Told to subscribers
 * only: a stranger has no use for a version but to look up its holes.
 */
@Singleton
public class ServerName {
  private final String name;

  /**
   * @throws UncheckedIOException if the build left no version behind
   */
  public ServerName() {
    Properties build = new Properties();
    try (InputStream in = ServerName.class.getResourceAsStream("build.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    name = "m2mx/" + build.getProperty("version");
  }

  /** Such as {@code m2mx/1.2.3}. */
  @Override
  public String toString() {
    return name;
  }
}
