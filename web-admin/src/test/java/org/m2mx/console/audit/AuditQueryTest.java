package org.m2mx.console.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.audit.AuditFilter;

class AuditQueryTest {
  private static final ZoneId TOKYO = ZoneId.of("Asia/Tokyo");

  @Test
  void anEmptyAddressAsksForTheLatestOfWhateverIsWithinReach() {
    var all = AuditQuery.of(Map.of("actor", " ", "before", "")::get, null, TOKYO);
    assertThat(all).isEqualTo(new AuditQuery(null, AuditFilter.ALL, Long.MAX_VALUE));
    assertThat(AuditQuery.of(Map.<String, String>of()::get, "a.example", TOKYO).domain())
        .isEqualTo("a.example");
    assertThat(AuditQuery.of(Map.of("domain", "b.example")::get, "a.example", TOKYO).domain())
        .isEqualTo("b.example");
  }

  @Test
  void daysAreWholeDaysWhereTheServerIs() {
    var query =
        AuditQuery.of(
            Map.of("from", "2026-11-22", "until", "2026-11-22", "action", "ISP_OPENED")::get,
            null,
            TOKYO);
    assertThat(query.filter())
        .isEqualTo(
            new AuditFilter(
                null,
                Action.ISP_OPENED,
                null,
                Instant.parse("2026-11-21T15:00:00Z"),
                Instant.parse("2026-11-22T15:00:00Z")));
  }

  @ParameterizedTest
  @CsvSource({"from, yesterday", "until, 2026-13-01", "action, NOTHING", "before, last"})
  void whatIsNotOfItsKindIsNamed(String parameter, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AuditQuery.of(Map.of(parameter, value)::get, null, TOKYO))
        .withMessage(parameter);
  }

  @Test
  void theAddressOfAnotherPageAsksForTheSameOtherwise() {
    var parameters = Map.of("subject", "sip:a&b@x.example", "before", "7", "language", "ja");
    assertThat(AuditQuery.string(parameters::get, Map.of("before", "3")))
        .isEqualTo("subject=sip%3Aa%26b%40x.example&before=3");
    assertThat(AuditQuery.string(parameters::get, Map.of("before", "")))
        .isEqualTo("subject=sip%3Aa%26b%40x.example");
  }
}
