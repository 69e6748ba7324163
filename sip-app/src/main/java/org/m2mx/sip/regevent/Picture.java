package org.m2mx.sip.regevent;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.m2mx.sip.regevent.RegInfo.Contact;
import org.m2mx.sip.regevent.RegInfo.Event;
import org.m2mx.sip.regevent.RegInfo.Place;
import org.m2mx.sip.regevent.RegInfo.State;

/**
 * What a watcher has been told of a registration. Changes are found by comparing it with what is
 * now, so that none is lost whoever made it: a REGISTER, the clock, or the end of a connection.
 */
final class Picture {
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Predicate<Place> connected;
  private State state = State.INIT;

  /**
   * @param connected whether the connection of a place is still open, and nobody but the device has
   *     ended the binding
   */
  Picture(Predicate<Place> connected) {
    this.connected = connected;
  }

  /** The state of the registration as last told. */
  State state() {
    return state;
  }

  /** The earliest moment at which something changes by itself; null when nothing will. */
  Instant nextExpiry() {
    return places.values().stream().map(Place::expires).min(Instant::compareTo).orElse(null);
  }

  /** Every contact there is, to be told to somebody who knows nothing yet. */
  List<Contact> whole(Instant now) {
    return places.values().stream()
        .map(place -> new Contact(Event.REGISTERED, place, Duration.between(now, place.expires())))
        .toList();
  }

  /**
   * Brings the picture up to date.
   *
   * @param current where the subscriber's devices are now
   * @return the contacts that have changed, empty when none has
   */
  List<Contact> update(Collection<Place> current, Instant now) {
    Map<String, Place> after = new LinkedHashMap<>();
    current.forEach(place -> after.put(place.id(), place));
    List<Contact> changes = new ArrayList<>();
    places.forEach(
        (id, place) -> {
          if (!after.containsKey(id)) {
            changes.add(new Contact(ending(place, now), place, Duration.ZERO));
          }
        });
    after.forEach(
        (id, place) -> {
          Place before = places.get(id);
          if (!place.equals(before)) {
            changes.add(
                new Contact(change(before, place), place, Duration.between(now, place.expires())));
          }
        });
    places.clear();
    places.putAll(after);
    if (!places.isEmpty()) {
      state = State.ACTIVE;
    } else if (state == State.ACTIVE) {
      state = State.TERMINATED;
    }
    return changes;
  }

  private static Event change(Place before, Place after) {
    if (before == null) {
      return Event.REGISTERED;
    }
    return after.expires().isBefore(before.expires()) ? Event.SHORTENED : Event.REFRESHED;
  }

  private Event ending(Place place, Instant now) {
    if (!place.expires().isAfter(now)) {
      return Event.EXPIRED;
    }
    return connected.test(place) ? Event.UNREGISTERED : Event.DEACTIVATED;
  }
}
