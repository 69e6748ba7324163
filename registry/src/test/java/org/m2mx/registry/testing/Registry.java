package org.m2mx.registry.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.call.CallDecisions;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.credential.RegistryKey;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.registry.subscriber.Subscribers;

/** The services put together on an empty database, at a time that stands still. */
public final class Registry {
  /** When it is. */
  public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /** How many bindings an address of record may have. */
  public static final int MAX_BINDINGS = 3;

  public static final Aor ALICE = new Aor("alice", "m2m-x.example");
  public static final Aor VIDEO = new Aor("video", "m2m-x.example");
  public static final Aor NOBODY = new Aor("nobody", "m2m-x.example");

  private static final RegistryKey KEY = newKey();

  public final RegistryDatabase database;
  public final Isps isps;
  public final Credentials credentials;
  public final Subscribers subscribers;
  public final Permissions permissions;
  public final Bindings bindings;
  public final CallDecisions decisions;
  public final Operators operators;

  /** The services on an empty database of a kind. */
  public Registry(RegistryDatabase.Kind kind) {
    var clock = Clock.fixed(NOW, ZoneOffset.UTC);
    var random = new SecureRandom();
    database = kind.empty();
    var entities = database.entities();
    isps = new Isps(entities, clock);
    credentials = new Credentials(entities, KEY, random);
    subscribers = new Subscribers(entities, isps, credentials, clock);
    permissions = new Permissions(entities, subscribers, clock);
    bindings = new Bindings(entities, MAX_BINDINGS);
    decisions = new CallDecisions(entities, bindings);
    operators = new Operators(entities, random, clock);
  }

  /**
   * Opens the ISP of {@link #ALICE}, {@link #VIDEO} and {@link #NOBODY}, of whom the last is no
   * subscriber.
   */
  public Registry withSubscribers() {
    database.run(() -> isps.open("Example Telecom", "m2m-x.example"));
    database.run(() -> subscribers.open(ALICE, password("alice"), false));
    database.run(() -> subscribers.open(VIDEO, password("video"), false));
    return this;
  }

  /** A password of {@code who}'s. */
  public static Password password(String who) {
    return Password.of("the password of " + who);
  }

  /** A key of its own. */
  public static RegistryKey newKey() {
    try {
      var folder = Files.createTempDirectory("m2mx-registry");
      var file = folder.resolve("registry.key");
      try {
        return new RegistryKey(file, new SecureRandom());
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
