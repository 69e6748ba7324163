package org.m2mx.sip.regevent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.sip.regevent.RegInfo.Contact;
import org.m2mx.sip.regevent.RegInfo.Event;
import org.m2mx.sip.regevent.RegInfo.Place;
import org.m2mx.sip.regevent.RegInfo.State;

class PictureTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant ONE = NOON.plusSeconds(3600);

  private final Set<String> closed = new HashSet<>();
  private final Picture picture = new Picture(place -> !closed.contains(place.flow()));

  @Test
  void whatComesChangesAndGoesIsTold() {
    assertThat(picture.state()).isEqualTo(State.INIT);
    assertThat(events(picture.update(List.of(place("a", 1, ONE)), NOON)))
        .containsExactly(tuple("sip:a@x", Event.REGISTERED));
    assertThat(picture.state()).isEqualTo(State.ACTIVE);
    assertThat(picture.update(List.of(place("a", 1, ONE)), NOON)).isEmpty();
    assertThat(
            events(
                picture.update(
                    List.of(place("a", 2, ONE.plusSeconds(60)), place("b", 1, ONE)), NOON)))
        .containsExactly(tuple("sip:a@x", Event.REFRESHED), tuple("sip:b@x", Event.REGISTERED));
    assertThat(events(picture.update(List.of(place("a", 3, ONE), place("b", 1, ONE)), NOON)))
        .containsExactly(tuple("sip:a@x", Event.SHORTENED));
    assertThat(events(picture.update(List.of(place("b", 1, ONE)), NOON)))
        .containsExactly(tuple("sip:a@x", Event.UNREGISTERED));
    assertThat(events(picture.update(List.of(), ONE)))
        .containsExactly(tuple("sip:b@x", Event.EXPIRED));
    assertThat(picture.state()).isEqualTo(State.TERMINATED);
  }

  @Test
  void aLostConnectionIsNoUnregistration() {
    picture.update(List.of(place("a", 1, ONE)), NOON);
    closed.add("flow of a");

    assertThat(events(picture.update(List.of(), NOON)))
        .containsExactly(tuple("sip:a@x", Event.DEACTIVATED));
  }

  @Test
  void itKnowsWhenSomethingEndsByItself() {
    assertThat(picture.nextExpiry()).isNull();
    picture.update(List.of(place("a", 1, ONE), place("b", 1, NOON.plusSeconds(60))), NOON);

    assertThat(picture.nextExpiry()).isEqualTo(NOON.plusSeconds(60));
  }

  @Test
  void theDocumentIsWhatTheRfcWants() {
    Place place =
        new Place("sip:a&b@x;transport=tls", "urn:uuid:1", 2, 700, "call", 5, NOON, ONE, "flow");
    RegInfo document =
        new RegInfo(
            Aor.parse("sip:alice@m2m-x.example"),
            3,
            false,
            State.ACTIVE,
            List.of(new Contact(Event.REFRESHED, place, Duration.ofHours(1))));

    assertThat(document.toXml())
        .contains(
            "<reginfo xmlns=\"urn:ietf:params:xml:ns:reginfo\" version=\"3\" state=\"partial\">")
        .contains("<registration aor=\"sip:alice@m2m-x.example\" id=\"r\" state=\"active\">")
        .contains(
            "state=\"active\" event=\"refreshed\" expires=\"3600\" q=\"0.7\" callid=\"call\" cseq=\"5\"")
        .contains("<uri>sip:a&amp;b@x;transport=tls</uri>")
        .contains("<unknown-param name=\"+sip.instance\">\"&lt;urn:uuid:1&gt;\"</unknown-param>")
        .contains("<unknown-param name=\"reg-id\">2</unknown-param>");
  }

  private static Place place(String user, long cseq, Instant expires) {
    return new Place(
        "sip:" + user + "@x", null, null, null, "call", cseq, NOON, expires, "flow of " + user);
  }

  private static List<org.assertj.core.groups.Tuple> events(List<Contact> contacts) {
    return contacts.stream().map(c -> tuple(c.place().uri(), c.event())).toList();
  }
}
