package org.m2mx.sip.regevent;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipSession;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Bindings;
import org.m2mx.sip.answer.DeltaSeconds;
import org.m2mx.sip.regevent.RegInfo.Contact;
import org.m2mx.sip.regevent.RegInfo.Place;
import org.m2mx.sip.timer.Timers;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * One subscription, and what it has been told. All but {@link #wake} is called with the lock of its
 * SIP session.
 */
final class Watcher {
  private static final Logger LOG = System.getLogger(Watcher.class.getName());

  /** Ours, beyond the end of the subscription, so that we end it and not the container. */
  private static final int SPARE_MINUTES = 2;

  private static final Duration AT_ONCE = Duration.ofMillis(1);

  private final Aor aor;
  private final SipSession session;
  private final String event;
  private final Watchers watchers;
  private final Bindings bindings;
  private final Timers timers;
  private final Clock clock;
  // Contacts that an operator has ended, until they have been told of.
  private final Set<String> takenAway = ConcurrentHashMap.newKeySet();
  private final Picture picture =
      new Picture(place -> isConnected(place) && !takenAway.contains(place.uri()));

  private volatile Flow flow;
  private Instant until;
  private int version;
  private ServletTimer alarm;
  private boolean ended;

  Watcher(
      Aor aor,
      SipServletRequest subscribe,
      Watchers watchers,
      Bindings bindings,
      Timers timers,
      Clock clock) {
    this.aor = aor;
    this.session = subscribe.getSession();
    this.event = subscribe.getHeader("Event");
    this.watchers = watchers;
    this.bindings = bindings;
    this.timers = timers;
    this.clock = clock;
  }

  Aor aor() {
    return aor;
  }

  Flow flow() {
    return flow;
  }

  /**
   * Begins the subscription, prolongs it, or with zero ends it; tells everything (RFC 6665 4.2).
   */
  void subscribe(Flow from, Duration granted) {
    flow = from;
    if (!watchers.dependOn(flow, aor)) {
      drop();
      return;
    }
    Instant now = clock.instant();
    until = now.plus(granted);
    session
        .getApplicationSession()
        .setExpires(Math.toIntExact(granted.toMinutes()) + SPARE_MINUTES);
    picture.update(places(now), now);
    tell(true, picture.whole(now), now);
  }

  /** Has it look for changes, soon and with the right lock. */
  void wake() {
    timers.after(session.getApplicationSession(), AT_ONCE, this::look);
  }

  /** The network, not the device, has ended a binding: the device is to register again. */
  void takenAway(String contact) {
    takenAway.add(contact);
  }

  /** Ends it without a word: nobody is there to hear it. */
  void drop() {
    ended = true;
    watchers.remove(this);
    session.getApplicationSession().invalidate();
  }

  private void look() {
    if (ended) {
      return;
    }
    if (!watchers.dependOn(flow, aor)) {
      drop();
      return;
    }
    Instant now = clock.instant();
    List<Contact> changes = picture.update(places(now), now);
    changes.stream()
        .filter(change -> change.event() == RegInfo.Event.DEACTIVATED)
        .forEach(change -> takenAway.remove(change.place().uri()));
    if (changes.isEmpty() && until.isAfter(now)) {
      setAlarm(now);
    } else {
      tell(false, changes, now);
    }
  }

  private List<Place> places(Instant now) {
    return bindings.of(aor, now).stream()
        .map(Place::of)
        .filter(place -> place.flow() == null || watchers.dependOn(Flow.parse(place.flow()), aor))
        .toList();
  }

  private static boolean isConnected(Place place) {
    return place.flow() == null || Flow.parse(place.flow()).isOpen();
  }

  private void tell(boolean full, List<Contact> contacts, Instant now) {
    boolean over = !until.isAfter(now);
    RegInfo document = new RegInfo(aor, version++, full, picture.state(), contacts);
    try {
      SipServletRequest notify = session.createRequest("NOTIFY");
      notify.setHeader("Event", event);
      notify.setHeader(
          "Subscription-State",
          over
              ? "terminated;reason=timeout"
              : "active;expires=" + DeltaSeconds.of(Duration.between(now, until)));
      notify.setContent(document.toXml().getBytes(StandardCharsets.UTF_8), RegInfo.CONTENT_TYPE);
      notify.pushRoute(flow.route());
      notify.send();
    } catch (IOException | IllegalStateException e) {
      LOG.log(
          Level.INFO,
          "NOTIFY to {0} cannot be sent, Call-ID {1}: {2}",
          aor,
          session.getCallId(),
          e.getMessage());
      drop();
      return;
    }
    LOG.log(
        Level.INFO,
        "NOTIFY {0} to {1}: {2}, {3} contacts, Call-ID {4}",
        document.version(),
        aor,
        document.state(),
        contacts.size(),
        session.getCallId());
    if (over) {
      ended = true;
      watchers.remove(this);
    } else {
      setAlarm(now);
    }
  }

  private void setAlarm(Instant now) {
    if (alarm != null) {
      alarm.cancel();
    }
    Instant next = picture.nextExpiry();
    Instant end = next == null || until.isBefore(next) ? until : next;
    alarm =
        timers.after(
            session.getApplicationSession(), Duration.between(now, end).plus(AT_ONCE), this::look);
  }
}
