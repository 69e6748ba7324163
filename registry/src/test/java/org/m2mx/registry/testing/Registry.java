package org.m2mx.registry.testing;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.api.Answers;
import org.m2mx.registry.api.ApiKeys;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.registry.binding.DeviceDeregistered;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.bulk.Imports;
import org.m2mx.registry.call.CallDecisions;
import org.m2mx.registry.call.CallPolicy;
import org.m2mx.registry.call.CallRecords;
import org.m2mx.registry.call.Calls;
import org.m2mx.registry.call.PolicyVersions;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.credential.RegistryKey;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.isp.IspChanged;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.operator.SignIn;
import org.m2mx.registry.permission.CallerGroups;
import org.m2mx.registry.permission.IspRules;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.registry.permission.PermissionsChanged;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.secondfactor.SecondFactors;
import org.m2mx.registry.subscriber.SubscriberChanged;
import org.m2mx.registry.subscriber.Subscribers;

/** The services put together on an empty database, at a time that stands still. */
public final class Registry {
  /** How many lines a subscriber's list may have. */
  public static final int LONGEST_LIST = 5;

  /** When it is. */
  public static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

  /** How many bindings an address of record may have. */
  public static final int MAX_BINDINGS = 3;

  /** For how many pairs of caller and callee the ruling is remembered. */
  public static final int REMEMBERED_DECISIONS = 100;

  public static final Aor ALICE = new Aor("alice", "m2m-x.example");
  public static final Aor VIDEO = new Aor("video", "m2m-x.example");
  public static final Aor NOBODY = new Aor("nobody", "m2m-x.example");

  /** Who acts when a test does not say. */
  public static final Actor SOMEBODY = Actor.service("tests");

  /** How long a link works. */
  public static final Duration LINK_LIFETIME = Duration.ofHours(72);

  private static final RegistryKey KEY = newKey();

  public final RegistryDatabase database;
  public final Acting acting;
  public final AuditTrail audit;
  public final Domains domains;
  public final Isps isps;
  public final Credentials credentials;
  public final Subscribers subscribers;
  public final AccountLinks links;
  public final CallerGroups groups;
  public final IspRules rules;
  public final Permissions permissions;
  public final Bindings bindings;
  public final Devices devices;
  public final PolicyVersions versions;
  public final CallPolicy policy;
  public final CallDecisions decisions;
  public final CallRecords records;
  public final Calls calls;
  public final Operators operators;
  public final SignIn signIn;
  public final SecondFactors secondFactors;
  public final ApiKeys keys;
  public final Answers answers;
  public final Imports imports;

  /** Devices that somebody has deregistered. */
  public final List<DeviceDeregistered> gone = new ArrayList<>();

  private static ServiceMeters meters() {
    return new ServiceMeters(new SimpleMeterRegistry());
  }

  /** Bindings of a server that has just begun on a database. */
  public static Bindings bindings(DataSource database) {
    return new Bindings(database, meters(), Clock.systemUTC(), MAX_BINDINGS);
  }

  /** The services on an empty database of a kind. */
  public Registry(RegistryDatabase.Kind kind) {
    var clock = Clock.fixed(NOW, ZoneOffset.UTC);
    var random = new SecureRandom();
    database = kind.empty();
    var entities = database.entities();
    domains = new Domains(database.dataSource(), clock);
    versions = new PolicyVersions(domains);
    bindings = bindings(database.dataSource());
    bindings.load(new SchemaReady("the latest"));
    acting = new SomebodyActing();
    audit = new AuditTrail(entities, acting, domains, clock);
    isps =
        new Isps(
            entities, audit, acting, database.<IspChanged>afterCompletion(this::changed), clock);
    credentials = new Credentials(entities, database.dataSource(), KEY, random);
    credentials.load(new SchemaReady("the latest"));
    subscribers =
        new Subscribers(
            entities,
            isps,
            domains,
            credentials,
            audit,
            database.<SubscriberChanged>afterCompletion(this::changed),
            clock);
    var changes = database.<PermissionsChanged>afterCompletion(versions::permissions);
    links =
        new AccountLinks(
            entities, subscribers, domains, audit, acting, random, clock, LINK_LIFETIME);
    groups = new CallerGroups(entities, isps, audit, changes, clock);
    rules = new IspRules(entities, isps, groups, audit, changes, clock);
    permissions =
        new Permissions(
            entities, subscribers, groups, domains, audit, changes, clock, LONGEST_LIST);
    policy = new CallPolicy(database.dataSource(), domains);
    decisions = new CallDecisions(policy, versions, bindings, REMEMBERED_DECISIONS);
    records = new CallRecords(database.dataSource(), meters());
    calls = new Calls(records, decisions, subscribers, acting, domains);
    operators = new Operators(entities, isps, audit, acting, random, clock);
    signIn = new SignIn(entities, audit, acting);
    secondFactors = secondFactorsAt(clock);
    devices =
        new Devices(
            bindings,
            domains,
            audit,
            database.<DeviceDeregistered>afterCompletion(gone::add),
            clock);
    keys = new ApiKeys(entities, isps, audit, random, clock);
    answers = new Answers(entities, random, clock);
    imports = imports(database.dataSource());
  }

  /** The imports of a server that has this database and has just been started. */
  public Imports imports(DataSource where) {
    return new Imports(
        where,
        credentials,
        links,
        KEY,
        audit,
        acting,
        database.<SubscriberChanged>atOnce(this::changed),
        new SecureRandom(),
        Clock.fixed(NOW, ZoneOffset.UTC),
        "here");
  }

  private void changed(IspChanged isp) {
    domains.isp(isp);
    credentials.isp(isp);
    bindings.isp(isp);
  }

  private void changed(SubscriberChanged subscriber) {
    versions.subscriber(subscriber);
    credentials.subscriber(subscriber);
    bindings.subscriber(subscriber);
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

  /** The links at another time. */
  public AccountLinks at(Clock clock) {
    return new AccountLinks(
        database.entities(),
        subscribers,
        domains,
        audit,
        acting,
        new SecureRandom(),
        clock,
        LINK_LIFETIME);
  }

  /** The second factors at another time. */
  public SecondFactors secondFactorsAt(Clock clock) {
    return new SecondFactors(
        database.entities(), operators, audit, acting, KEY, new SecureRandom(), clock);
  }

  /** The keys at another time. */
  public ApiKeys keysAt(Clock clock) {
    return new ApiKeys(database.entities(), isps, audit, new SecureRandom(), clock);
  }

  /** The answers at another time. */
  public Answers answersAt(Clock clock) {
    return new Answers(database.entities(), new SecureRandom(), clock);
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

  private static final class SomebodyActing extends Acting {
    @Override
    public Optional<Actor> current() {
      return super.current().or(() -> Optional.of(SOMEBODY));
    }
  }
}
