package org.m2mx.registry.isp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.tuple;
import static org.m2mx.registry.testing.Registry.ALICE;
import static org.m2mx.registry.testing.Registry.NOW;
import static org.m2mx.registry.testing.Registry.VIDEO;
import static org.m2mx.registry.testing.Registry.password;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditEntry;
import org.m2mx.registry.audit.AuditFilter;
import org.m2mx.registry.audit.AuditTrail;
import org.m2mx.registry.audit.Change;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.binding.Registration;
import org.m2mx.registry.bulk.BulkImport.State;
import org.m2mx.registry.bulk.Line;
import org.m2mx.registry.bulk.Problem;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallFigures;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallRecords;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.call.CallTrace;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.IspRule.Effect;
import org.m2mx.registry.subscriber.Subscriber;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

/** An ISP of several domains is one ISP, whichever of them is looked at. */
@ParameterizedClass
@EnumSource
class DomainsTest {
  private static final String FIRST = "m2m-x.example";
  private static final String SECOND = "another.example";
  private static final Aor DOOR = new Aor("door", SECOND);
  private static final Callers.Group FAMILY = new Callers.Group("family");

  @Parameter RegistryDatabase.Kind kind;

  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
    registry.database.run(() -> registry.isps.addDomain(FIRST, "Another.example."));
    registry.database.run(() -> registry.subscribers.open(DOOR, password("door"), false));
  }

  @Test
  void theFirstDomainStaysTheFirstAndEveryChangeMakesAnotherMark() {
    var before = isp();
    assertThat(before.domain()).isEqualTo(FIRST);
    assertThat(before.domains()).containsExactly(FIRST, SECOND);
    registry.database.run(() -> registry.isps.addDomain(FIRST, "third.example"));
    assertThat(isp().domains()).containsExactly(FIRST, SECOND, "third.example");
    assertThat(isp().mark()).isNotEqualTo(before.mark());
    registry.database.run(() -> registry.isps.removeDomain(FIRST, "third.example"));
    assertThat(isp().domains()).isEqualTo(before.domains());
    assertThat(registry.database.call(registry.isps::list))
        .extracting(Isp::domains)
        .containsExactly(before.domains());
  }

  @Test
  void anIspIsOpenedWithAllItsDomainsOrNotAtAll() {
    var opened =
        registry.database.call(() -> registry.isps.open("Two", "zwei.example", "deux.example"));
    assertThat(opened.domains()).containsExactly("zwei.example", "deux.example");
    assertThat(registry.domains.of("deux.example")).containsExactly("zwei.example", "deux.example");
    assertThatExceptionOfType(TakenException.class)
        .isThrownBy(
            () -> registry.database.run(() -> registry.isps.open("Late", "new.example", SECOND)));
    assertThat(registry.database.call(() -> registry.isps.find("new.example"))).isEmpty();
    assertThat(registry.domains.of("new.example")).containsExactly("new.example");
  }

  @Test
  void aDomainBelongsToOneIspInWhateverPlace() {
    registry.database.run(() -> registry.isps.open("Other", "other.example"));
    for (var taken : List.of("OTHER.example", FIRST, SECOND)) {
      assertThatExceptionOfType(TakenException.class)
          .isThrownBy(() -> registry.database.run(() -> registry.isps.addDomain(FIRST, taken)))
          .withMessageContaining(taken.toLowerCase(Locale.ROOT));
      assertThatExceptionOfType(TakenException.class)
          .isThrownBy(() -> registry.database.run(() -> registry.isps.open("Third", taken)));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> registry.database.run(() -> registry.isps.addDomain(FIRST, "192.0.2.1")));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                registry.database.run(
                    () -> registry.isps.addDomain(FIRST, "a.".repeat(127) + "example")));
    assertThat(isp().domains()).containsExactly(FIRST, SECOND);
  }

  @Test
  void anIspHasSoManyDomainsAndNoMore() {
    var present = isp().domains().size();
    registry.database.run(
        () ->
            IntStream.range(present, Isps.MOST_DOMAINS)
                .forEach(number -> registry.isps.addDomain(FIRST, "n" + number + ".example")));
    assertThatIllegalStateException()
        .isThrownBy(
            () -> registry.database.run(() -> registry.isps.addDomain(FIRST, "more.example")))
        .withMessageContaining("100");
  }

  @Test
  void aDomainGoesOnlyWhenNobodyIsInItAndTheFirstNever() {
    assertThatIllegalStateException()
        .isThrownBy(() -> registry.database.run(() -> registry.isps.removeDomain(FIRST, SECOND)))
        .withMessageContaining("Subscribers are in " + SECOND);
    assertThatIllegalStateException()
        .isThrownBy(() -> registry.database.run(() -> registry.isps.removeDomain(FIRST, FIRST)));
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () -> registry.database.run(() -> registry.isps.removeDomain(FIRST, "no.example")));
    permit(new Callers.Domain(SECOND), VIDEO);
    permit(Callers.one(DOOR), VIDEO);

    registry.database.run(() -> registry.subscribers.delete(DOOR));
    registry.database.run(() -> registry.isps.removeDomain(FIRST, SECOND));
    assertThat(isp().domains()).containsExactly(FIRST);
    assertThat(registry.database.call(() -> registry.permissions.list(VIDEO))).isEmpty();
    registry.database.run(() -> registry.isps.open("Heir", SECOND));
    assertThat(registry.domains.ispOf(SECOND)).isEqualTo(SECOND);
  }

  @Test
  void itsSubscribersAreListedTogetherAndEachHasItsOwnDomainAsRealm() {
    assertThat(registry.database.call(() -> registry.subscribers.list(FIRST, "", 0, 10)))
        .extracting(Subscriber::aor)
        .containsExactly(ALICE, DOOR, VIDEO);
    assertThat(registry.database.call(() -> registry.subscribers.find(DOOR)).orElseThrow().isp())
        .extracting(Isp::domain)
        .isEqualTo(FIRST);
    var ha1 = registry.credentials.ha1(DOOR, DigestAlgorithm.SHA_256);
    assertThat(ha1.genuine()).isTrue();
    assertThat(ha1.octets())
        .isEqualTo(DigestAlgorithm.SHA_256.ha1("door", SECOND, password("door")));
    var twin = new Aor("door", FIRST);
    assertThat(registry.credentials.ha1(twin, DigestAlgorithm.SHA_256).genuine()).isFalse();
    assertThatExceptionOfType(NotFoundException.class)
        .isThrownBy(
            () ->
                registry.database.run(
                    () ->
                        registry.subscribers.open(
                            new Aor("a", "no.example"), password("a"), false)));
  }

  @Test
  void aSuspendedIspIsSuspendedInAllItsDomains() {
    permit(Callers.one(ALICE), DOOR);
    assertThat(reason(ALICE, DOOR)).isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.isps.suspend(FIRST));
    assertThat(registry.credentials.ha1(DOOR, DigestAlgorithm.SHA_256).genuine()).isFalse();
    assertThat(reason(ALICE, DOOR)).isEqualTo(Reason.CALLER_NOT_SERVED);
    registry.database.run(() -> registry.isps.resume(FIRST));
    assertThat(registry.credentials.ha1(DOOR, DigestAlgorithm.SHA_256).genuine()).isTrue();
    assertThat(reason(ALICE, DOOR)).isEqualTo(Reason.PERMITTED);
  }

  @Test
  void whoeverPermitsADomainPermitsItsIsp() {
    for (var named : List.of(FIRST, SECOND)) {
      permit(new Callers.Domain(named), VIDEO);
      assertThat(reason(ALICE, VIDEO)).as("@%s", named).isEqualTo(Reason.PERMITTED);
      assertThat(reason(DOOR, VIDEO)).as("@%s", named).isEqualTo(Reason.PERMITTED);
      registry.database.run(() -> registry.permissions.revoke(new Callers.Domain(named), VIDEO));
      assertThat(reason(DOOR, VIDEO)).isEqualTo(Reason.NOT_PERMITTED);
    }
  }

  @Test
  void rulesAndGroupsOfAnIspHoldInAllItsDomains() {
    registry.database.run(
        () -> registry.rules.put(FIRST, new Callers.Anyone(), Effect.DENY, Optional.empty()));
    assertThat(reason(ALICE, DOOR)).isEqualTo(Reason.DENIED_BY_ISP);
    registry.database.run(() -> registry.rules.remove(FIRST, new Callers.Anyone()));
    registry.database.run(() -> registry.groups.create(FIRST, FAMILY));
    registry.database.run(() -> registry.groups.add(FIRST, FAMILY, ALICE));
    permit(FAMILY, DOOR);
    assertThat(reason(ALICE, DOOR)).isEqualTo(Reason.PERMITTED);
  }

  @Test
  void aDomainThatJoinsOrLeavesIsBelievedAtOnce() {
    permit(new Callers.Domain("joins.example"), VIDEO);
    assertThat(reason(ALICE, VIDEO)).isEqualTo(Reason.NOT_PERMITTED);
    registry.database.run(() -> registry.isps.addDomain(FIRST, "joins.example"));
    assertThat(reason(ALICE, VIDEO)).isEqualTo(Reason.PERMITTED);
    registry.database.run(() -> registry.isps.removeDomain(FIRST, "joins.example"));
    assertThat(reason(ALICE, VIDEO)).isEqualTo(Reason.NOT_PERMITTED);
  }

  @Test
  void anotherServersChangeIsKnownAfterALifetime() {
    var now = new AtomicReference<>(NOW);
    var beside = new Domains(registry.database.dataSource(), reading(now));
    assertThat(beside.ispOf(SECOND)).isEqualTo(FIRST);
    registry.database.run(() -> registry.subscribers.delete(DOOR));
    registry.database.run(() -> registry.isps.removeDomain(FIRST, SECOND));
    registry.database.run(() -> registry.isps.open("Heir", "heir.example", SECOND));
    assertThat(beside.ispOf(SECOND)).isEqualTo(FIRST);
    var version = beside.version();
    now.set(NOW.plus(Domains.LIFETIME));
    assertThat(beside.ispOf(SECOND)).isEqualTo("heir.example");
    assertThat(beside.version()).isGreaterThan(version);
    assertThat(beside.of(FIRST)).containsExactly(FIRST);
  }

  private static Clock reading(AtomicReference<Instant> now) {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException();
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }

  @Test
  void aCallStaysWithTheIspThatHadTheDomainWhenItBegan() {
    var call = call(ALICE, DOOR);
    registry.records.write(List.of(new CallRecords.Entry(call, trace(), true)));
    registry.database.run(() -> registry.isps.addDomain(FIRST, "third.example"));
    var moved = call(ALICE, new Aor("x", "third.example"));
    registry.database.run(() -> registry.isps.removeDomain(FIRST, "third.example"));
    registry.database.run(() -> registry.isps.open("Heir", "heir.example", "third.example"));
    registry.records.write(List.of(new CallRecords.Entry(moved, trace(), true)));
    var stranger = call(new Aor("y", "heir.example"), DOOR);
    registry.records.write(List.of(new CallRecords.Entry(stranger, trace(), true)));

    registry.acting.as(
        new Actor("jiro", Role.ISP_OPERATOR, FIRST, "192.0.2.7"),
        () -> assertThat(registry.calls.find(FIRST, moved.id())).contains(moved));
    registry.acting.as(
        new Actor("saburo", Role.ISP_OPERATOR, "heir.example", "192.0.2.8"),
        () -> {
          var seen = registry.calls.search("heir.example", CallSearch.all(), Optional.empty(), 10);
          assertThat(seen.calls()).extracting(CallRecord::id).containsExactly(stranger.id());
          assertThat(seen.calls().get(0).callee().address()).isEmpty();
          // Not even by a look across all ISPs.
          assertThat(registry.calls.find(null, moved.id()).orElseThrow().callee().address())
              .isEmpty();
        });
  }

  @Test
  void theTrailTellsTheIspOfAllItsDomains() {
    assertThat(
            registry.database.call(
                () -> registry.audit.list(FIRST, AuditFilter.ALL, Long.MAX_VALUE, 2)))
        .extracting(AuditEntry::subject, AuditEntry::domain)
        .containsExactly(tuple(DOOR.toString(), FIRST), tuple(SECOND, FIRST));
  }

  @Test
  void devicesAndCallsOfAllDomainsAreItsOwn() {
    register(DOOR);
    register(ALICE);
    assertThat(registry.devices.registered(FIRST)).isEqualTo(2);
    var call = call(new Aor("stranger", "elsewhere.example"), DOOR);
    registry.records.write(List.of(new CallRecords.Entry(call, trace(), true)));
    registry.acting.as(
        new Actor("jiro", Role.ISP_OPERATOR, FIRST, "192.0.2.7"),
        () -> {
          var seen = registry.calls.search(FIRST, CallSearch.all(), Optional.empty(), 10);
          assertThat(seen.calls()).containsExactly(call);
          assertThat(registry.calls.find(FIRST, call.id())).contains(call);
        });
    assertThat(registry.calls.find("elsewhere.example", call.id())).isPresent();
    assertThat(registry.calls.find("other.example", call.id())).isEmpty();
  }

  @Test
  void whoeverSpendsALinkActsForTheIspOfThatDomain() {
    var token = registry.database.call(() -> registry.links.issue(DOOR));
    assertThat(registry.database.call(() -> registry.links.spend(token, "192.0.2.7"))).isPresent();
    assertThat(
            registry.database.call(
                () -> registry.audit.list(FIRST, AuditFilter.ALL, Long.MAX_VALUE, 1)))
        .extracting(AuditEntry::actor)
        .containsExactly("account link");
  }

  @Test
  void aFileOpensAccountsInAnyOfTheDomainsAndInNoOther() {
    var opened = check(line(2, new Aor("a", SECOND)), line(3, new Aor("b", FIRST)));
    assertThat(registry.imports.open(FIRST, opened).state()).isEqualTo(State.IMPORTED);
    assertThat(registry.database.call(() -> registry.subscribers.find(new Aor("a", SECOND))))
        .isPresent();
    var foreign = new Aor("c", "elsewhere.example");
    assertThat(registry.imports.problems(FIRST, check(line(2, foreign)), 0, 10))
        .containsExactly(new Problem(2, "aor", Problem.Kind.OTHER_DOMAIN, foreign.toString()));
  }

  @Test
  void aDomainThatLeavesBetweenCheckAndImportLeavesAllUnopened() {
    registry.database.run(() -> registry.isps.addDomain(FIRST, "leaves.example"));
    var gone = new Aor("c", "leaves.example");
    var checked = check(line(2, new Aor("a", SECOND)), line(3, gone));
    registry.database.run(() -> registry.isps.removeDomain(FIRST, "leaves.example"));
    assertThat(registry.imports.open(FIRST, checked).state()).isEqualTo(State.REFUSED);
    assertThat(registry.imports.problems(FIRST, checked, 0, 10))
        .containsExactly(new Problem(3, "aor", Problem.Kind.OTHER_DOMAIN, gone.toString()));
    assertThat(registry.database.call(() -> registry.isps.subscribers(FIRST))).isEqualTo(3);
  }

  @Test
  void aDeletedIspGoesWithAllItsDomains() {
    register(DOOR);
    registry.database.run(() -> registry.isps.suspend(FIRST));
    registry.database.run(() -> registry.isps.delete(FIRST));
    assertThat(registry.database.call(() -> registry.subscribers.find(DOOR))).isEmpty();
    assertThat(registry.bindings.of(DOOR, NOW)).isEmpty();
    assertThat(registry.credentials.ha1(DOOR, DigestAlgorithm.SHA_256).genuine()).isFalse();
    registry.database.run(() -> registry.isps.open("Heir", SECOND, FIRST));
    registry.database.run(() -> registry.subscribers.open(DOOR, password("other"), false));
    assertThat(registry.credentials.ha1(DOOR, DigestAlgorithm.SHA_256).genuine()).isTrue();
  }

  @Test
  void anIspThatIsOpenedUnderTheNameOfAnotherSeesNothingOfIt() {
    var before = NOW.minusSeconds(1);
    var call = call(ALICE, DOOR, before);
    registry.records.write(List.of(new CallRecords.Entry(call, trace(), true)));
    var change = Change.of(Action.SUBSCRIBER_SUSPENDED, DOOR, Facts.NONE, Facts.NONE);
    var then = Clock.fixed(before, ZoneOffset.UTC);
    var trail =
        new AuditTrail(registry.database.entities(), registry.acting, registry.domains, then);
    registry.database.run(() -> trail.add(change));

    assertThat(registry.calls.find(FIRST, call.id())).isEmpty();
    assertThat(registry.calls.search(FIRST, CallSearch.all(), Optional.empty(), 10).calls())
        .isEmpty();
    assertThat(
            new CallFigures(registry.database.dataSource())
                .count(FIRST, before, NOW.plusSeconds(1), Duration.ofMinutes(15)))
        .isEmpty();
    assertThat(suspensions(FIRST)).isEmpty();
    assertThat(registry.calls.find(null, call.id())).contains(call);
    assertThat(suspensions(null)).isNotEmpty();
  }

  private List<AuditEntry> suspensions(String isp) {
    var filter = new AuditFilter(null, Action.SUBSCRIBER_SUSPENDED, null, null, null);
    return registry.database.call(() -> registry.audit.list(isp, filter, Long.MAX_VALUE, 10));
  }

  private Isp isp() {
    return registry.database.call(() -> registry.isps.find(FIRST)).orElseThrow();
  }

  private void permit(Callers callers, Aor callee) {
    registry.database.run(() -> registry.permissions.permit(callers, callee, Optional.empty()));
  }

  private Reason reason(Aor caller, Aor callee) {
    return registry.database.call(() -> registry.decisions.decide(caller, callee, NOW)).reason();
  }

  private void register(Aor aor) {
    var uri = "sip:" + aor.user() + "@[2001:db8::7]";
    var contact = new Registration.Contact(uri, uri, null, null, null, Duration.ofHours(1));
    registry
        .bindings
        .register(
            aor,
            new Registration(
                "call",
                1,
                new Registration.Connection(aor.user(), "TLS", "[::1]:1", null),
                List.of(contact)),
            NOW)
        .join();
  }

  private CallRecord call(Aor caller, Aor callee) {
    return call(caller, callee, NOW);
  }

  private CallRecord call(Aor caller, Aor callee, Instant begun) {
    return new CallRecord(
        CallRecord.newId(begun),
        "node",
        "call",
        "INVITE",
        new CallRecord.Party(caller, registry.domains.ispOf(caller.domain()), Optional.empty()),
        new CallRecord.Party(
            callee, registry.domains.ispOf(callee.domain()), Optional.of("[::1]:1")),
        begun,
        Optional.empty(),
        Optional.of(begun),
        404,
        CallRecord.Result.CONCEALED,
        Reason.NOT_PERMITTED,
        Optional.empty());
  }

  private static CallTrace trace() {
    return new CallTrace(List.of(), List.of());
  }

  private static Line line(int number, Aor aor) {
    return new Line(number, aor, null, false, List.of());
  }

  private UUID check(Line... lines) {
    var begun = registry.imports.begin(FIRST, "homes.csv");
    return registry.imports.check(FIRST, begun.id(), List.of(lines).iterator()).id();
  }
}
