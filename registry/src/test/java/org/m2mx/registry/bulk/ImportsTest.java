package org.m2mx.registry.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.password;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditEntry;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.bulk.BulkImport.State;
import org.m2mx.registry.bulk.Problem.Kind;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class ImportsTest {
  private static final String DOMAIN = "m2m-x.example";
  private static final Aor CAMERA = new Aor("Camera", DOMAIN);
  private static final Aor DOOR = new Aor("door", DOMAIN);

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
  }

  @Test
  void accountsOfAFileAreOpenedWithItsPasswordsOrWithLinks() {
    // Somebody has asked for it before: it is known not to be there.
    assertThat(registry.credentials.ha1(DOOR, DigestAlgorithm.SHA_256).genuine()).isFalse();
    var checked = check(line(2, CAMERA), new Line(3, DOOR, password("door"), true, List.of()));
    assertThat(checked.state()).isEqualTo(State.CHECKED);
    assertThat(checked.lines()).isEqualTo(2);
    assertThat(count()).isEqualTo(2);

    var imported = registry.imports.open(DOMAIN, checked.id());
    assertThat(imported.state()).isEqualTo(State.IMPORTED);
    assertThat(imported.linksUntil()).contains(Registry.NOW.plus(Registry.LINK_LIFETIME));
    assertThat(count()).isEqualTo(4);
    assertThat(
            registry.database.<Boolean>call(
                () -> registry.subscribers.accepts(DOOR, password("door"))))
        .isTrue();
    for (var algorithm : DigestAlgorithm.values()) {
      assertThat(registry.credentials.ha1(DOOR, algorithm).genuine()).isTrue();
      assertThat(registry.credentials.ha1(CAMERA, algorithm).genuine()).isFalse();
    }
    var found = registry.database.call(() -> registry.subscribers.list(DOMAIN, "camera", 0, 10));
    assertThat(found).hasSize(1);
    assertThat(found.get(0).aor()).isEqualTo(CAMERA);
    assertThat(found.get(0).created()).isEqualTo(Registry.NOW);

    var links = links(registry.imports, checked.id());
    assertThat(links).containsOnlyKeys(CAMERA);
    var spent = registry.database.call(() -> registry.links.spend(links.get(CAMERA), "192.0.2.7"));
    assertThat(spent.orElseThrow().aor()).isEqualTo(CAMERA);
    assertThat(registry.credentials.ha1(CAMERA, DigestAlgorithm.SHA_256).genuine()).isTrue();
    assertThat(links(registry.imports, checked.id())).isEmpty();
  }

  @Test
  void theTrailHasALineForEachAccountAndOneForTheFile() {
    var checked = check(line(2, CAMERA), new Line(3, DOOR, password("door"), true, List.of()));
    registry.imports.open(DOMAIN, checked.id());
    links(registry.imports, checked.id());
    assertThat(trail(CAMERA.toString()))
        .extracting(AuditEntry::action)
        .containsExactlyInAnyOrder(Action.SUBSCRIBER_OPENED, Action.ACCOUNT_LINK_ISSUED);
    assertThat(trail(DOOR.toString()))
        .extracting(AuditEntry::action, entry -> entry.after().values())
        .containsExactly(
            tuple(Action.SUBSCRIBER_OPENED, Map.of("status", "ACTIVE", "legacy", "true")));
    assertThat(trail(DOMAIN))
        .filteredOn(entry -> entry.action() == Action.SUBSCRIBERS_IMPORTED)
        .extracting(entry -> entry.actor(), entry -> entry.after().values())
        .containsExactly(
            tuple(Registry.SOMEBODY.name(), Map.of("file", "homes.csv", "subscribers", "2")));
    assertThat(trail(DOMAIN)).extracting(AuditEntry::action).contains(Action.ACCOUNT_LINKS_SHOWN);
  }

  @Test
  void everyBadLineIsNamed() {
    var unfit = new Problem(4, "password", Kind.PASSWORD_UNFIT, "");
    var refused =
        check(
            line(2, CAMERA),
            line(3, ALICE),
            new Line(4, CAMERA, null, false, List.of(unfit)),
            Line.unreadable(new Problem(5, "user", Kind.USER_INVALID, "a:b\n")),
            line(6, CAMERA));
    assertThat(refused.state()).isEqualTo(State.REFUSED);
    assertThat(refused.problems()).isEqualTo(5);
    var problems = registry.imports.problems(DOMAIN, refused.id(), 0, 100);
    assertThat(problems)
        .containsExactly(
            new Problem(3, "user", Kind.TAKEN, ALICE.toString()),
            unfit,
            new Problem(4, "user", Kind.REPEATED, "2"),
            new Problem(5, "user", Kind.USER_INVALID, "a:b\uFFFD"),
            new Problem(6, "user", Kind.REPEATED, "2"));
    assertThat(registry.imports.problems(DOMAIN, refused.id(), 1, 2))
        .isEqualTo(problems.subList(1, 3));
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(() -> registry.imports.open(DOMAIN, refused.id()));
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void aNameThatIsTakenMeanwhileLeavesAllUnopened() {
    var checked = check(line(2, CAMERA), line(3, DOOR));
    registry.database.run(() -> registry.subscribers.open(DOOR, password("door"), false));
    var refused = registry.imports.open(DOMAIN, checked.id());
    assertThat(refused.state()).isEqualTo(State.REFUSED);
    assertThat(registry.imports.problems(DOMAIN, checked.id(), 0, 10))
        .containsExactly(new Problem(3, "user", Kind.TAKEN, DOOR.toString()));
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void anIspGetsNoMoreThanItMayHave() {
    registry.database.run(() -> registry.isps.limit(DOMAIN, OptionalInt.of(3)));
    var refused = check(line(2, CAMERA), line(3, DOOR));
    assertThat(registry.imports.problems(DOMAIN, refused.id(), 0, 10))
        .containsExactly(new Problem(3, "", Kind.NO_ROOM, "1"));

    var fits = check(line(2, CAMERA));
    assertThat(fits.state()).isEqualTo(State.CHECKED);
    registry.database.run(() -> registry.subscribers.open(DOOR, password("door"), false));
    assertThat(registry.imports.open(DOMAIN, fits.id()).state()).isEqualTo(State.REFUSED);
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void aServerThatStopsWhileItReadsLeavesNothingAndSaysSo() {
    var begun = registry.imports.begin(DOMAIN, "homes.csv");
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                registry.imports.check(
                    DOMAIN,
                    begun.id(),
                    IntStream.range(2, 5000)
                        .mapToObj(
                            number -> {
                              if (number == 4000) {
                                throw new IllegalStateException("The server was killed");
                              }
                              return line(number, new Aor("home-" + number, DOMAIN));
                            })
                        .iterator()));
    registry.imports(registry.database.dataSource()).afterStart(new SchemaReady("the latest"));
    assertThat(state(begun.id())).isEqualTo(State.INTERRUPTED);
    assertThat(count()).isEqualTo(2);
    registry.imports.discard(DOMAIN, begun.id());
    assertThat(registry.imports.list(DOMAIN, 10)).isEmpty();
  }

  @Test
  void aServerThatStopsWhileItOpensHasOpenedNoneAndCanBeAskedAgain() {
    var checked = check(line(2, CAMERA), line(3, DOOR));
    var dying = registry.imports(failingAt("set state = 'IMPORTED'"));
    assertThatExceptionOfType(ImportsUnavailableException.class)
        .isThrownBy(() -> dying.open(DOMAIN, checked.id()));
    assertThat(count()).isEqualTo(2);
    assertThat(trail(CAMERA.toString())).isEmpty();
    assertThat(state(checked.id())).isEqualTo(State.CHECKED);

    assertThat(registry.imports.open(DOMAIN, checked.id()).state()).isEqualTo(State.IMPORTED);
    assertThat(count()).isEqualTo(4);
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(() -> registry.imports.open(DOMAIN, checked.id()));
  }

  @Test
  void linksCanBeToldUntilTheyAreForgottenAndWorkOn() {
    var checked = check(line(2, CAMERA), line(3, DOOR));
    registry.imports.open(DOMAIN, checked.id());
    var told = links(registry.imports, checked.id());
    assertThat(told.keySet()).containsExactly(CAMERA, DOOR);
    // After a restart too: nothing but the database and the key is needed.
    var again = links(registry.imports(registry.database.dataSource()), checked.id());
    assertThat(again.get(DOOR).reveal()).isEqualTo(told.get(DOOR).reveal());

    registry.imports.forgetLinks(DOMAIN, checked.id());
    assertThat(registry.imports.find(DOMAIN, checked.id()).orElseThrow().linksUntil()).isEmpty();
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(() -> links(registry.imports, checked.id()));
    assertThat(registry.database.call(() -> registry.links.whose(told.get(DOOR)))).contains(DOOR);
  }

  @Test
  void anImportIsOneIspsOnly() {
    registry.database.run(() -> registry.isps.open("Other", "other.example"));
    var checked = check(line(2, CAMERA));
    assertThat(registry.imports.find("other.example", checked.id())).isEmpty();
    assertThat(registry.imports.list("other.example", 10)).isEmpty();
    assertThatExceptionOfType(StaleException.class)
        .isThrownBy(() -> registry.imports.open("other.example", checked.id()));
    for (var id : List.of(checked.id(), UUID.randomUUID())) {
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> registry.imports.problems("other.example", id, 0, 10));
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> registry.imports.discard("other.example", id));
      assertThatExceptionOfType(NotFoundException.class)
          .isThrownBy(() -> links("other.example", registry.imports, id));
    }
    assertThat(count()).isEqualTo(2);
    assertThat(state(checked.id())).isEqualTo(State.CHECKED);
  }

  @Test
  void anImportGoesWithItsIsp() {
    check(line(2, CAMERA));
    registry.database.run(() -> registry.isps.suspend(DOMAIN));
    registry.database.run(() -> registry.isps.delete(DOMAIN));
    assertThat(registry.imports.list(DOMAIN, 10)).isEmpty();
  }

  private BulkImport check(Line... lines) {
    var begun = registry.imports.begin(DOMAIN, "homes.csv");
    assertThat(begun.state()).isEqualTo(State.CHECKING);
    return registry.imports.check(DOMAIN, begun.id(), List.of(lines).iterator());
  }

  private static Line line(int number, Aor aor) {
    return new Line(number, aor, null, false, List.of());
  }

  private State state(UUID id) {
    return registry.imports.find(DOMAIN, id).orElseThrow().state();
  }

  private long count() {
    return registry.database.call(() -> registry.subscribers.count(DOMAIN, ""));
  }

  private List<AuditEntry> trail(String subject) {
    var filter = new AuditFilter(null, null, subject, null, null);
    return registry.database.call(() -> registry.audit.list(DOMAIN, filter, Long.MAX_VALUE, 100));
  }

  private static Map<Aor, Token> links(Imports imports, UUID id) {
    return links(DOMAIN, imports, id);
  }

  private static Map<Aor, Token> links(String domain, Imports imports, UUID id) {
    var links = new LinkedHashMap<Aor, Token>();
    imports.links(domain, id, links::put);
    return links;
  }

  /** The database, until a statement with these words comes. */
  private DataSource failingAt(String words) {
    return proxy(
        DataSource.class,
        registry.database.dataSource(),
        (method, result) ->
            method.equals("getConnection")
                ? proxy(Connection.class, result, (name, statement) -> statement, words)
                : result,
        null);
  }

  private interface Wrapping {
    Object wrap(String method, Object result);
  }

  private static <T> T proxy(Class<T> type, Object target, Wrapping wrapping, String words) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (words != null
                  && method.getName().equals("prepareStatement")
                  && ((String) arguments[0]).contains(words)) {
                throw new SQLException("The server was killed");
              }
              try {
                return wrapping.wrap(method.getName(), method.invoke(target, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
