package org.m2mx.sipcontainer.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/**
 * The meters of one name. Each is made when it is first wanted, so that what never happens is no
 * row of zeros, and is found by its place from then on: nothing is looked up by name for a message.
 */
final class Tagged<M extends Meter> {
  private final List<String> keys;
  private final Enum<?>[][] values;
  private final AtomicReferenceArray<M> meters;
  private final Function<Tags, M> make;

  /**
   * @param figure says which tags there are
   * @param make registers a meter, or gives the one that is registered
   * @param values of each tag in turn
   */
  Tagged(SipFigure figure, Function<Tags, M> make, Enum<?>[]... values) {
    this.keys = figure.tags();
    this.make = make;
    this.values = values;
    int places = 1;
    for (Enum<?>[] each : values) {
      places *= each.length;
    }
    this.meters = new AtomicReferenceArray<>(places);
  }

  /** The meter with these values, one of each tag in turn. */
  M of(Enum<?>... which) {
    int place = 0;
    for (int i = 0; i < which.length; i++) {
      place = place * values[i].length + which[i].ordinal();
    }
    M meter = meters.getAcquire(place);
    return meter == null ? made(place, which) : meter;
  }

  private M made(int place, Enum<?>... which) {
    Tags tags = Tags.empty();
    for (int i = 0; i < which.length; i++) {
      tags = tags.and(keys.get(i), which[i].toString());
    }
    M meter = make.apply(tags);
    meters.setRelease(place, meter);
    return meter;
  }
}
