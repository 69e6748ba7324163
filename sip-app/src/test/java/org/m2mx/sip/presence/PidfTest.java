package org.m2mx.sip.presence;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;

class PidfTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123Z");

  @Test
  void aDocumentTellsWhetherACallWouldReachADevice() {
    assertThat(new Pidf(new Aor("video", "m2m-x.example"), true, NOW).toXml())
        .isEqualTo(
            "<?xml version=\"1.0\" ?><presence xmlns=\"urn:ietf:params:xml:ns:pidf\""
                + " entity=\"pres:video@m2m-x.example\"><tuple"
                + " id=\"call\"><status><basic>open</basic></status>"
                + "<contact>sip:video@m2m-x.example</contact>"
                + "<timestamp>2026-11-22T12:00:00Z</timestamp></tuple></presence>");
    assertThat(new Pidf(new Aor("video", "m2m-x.example"), false, NOW).toXml())
        .contains("<basic>closed</basic>");
  }

  @Test
  void namesThatLookLikeMarkupStayNames() {
    assertThat(new Pidf(new Aor("a&b", "m2m-x.example"), true, NOW).toXml())
        .contains("entity=\"pres:a&amp;b@m2m-x.example\"");
  }
}
