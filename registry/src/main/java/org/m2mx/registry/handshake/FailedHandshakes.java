package org.m2mx.registry.handshake;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Requires;
import org.m2mx.registry.guard.AddressBlock;

/**
 * TLS handshakes that did not succeed, counted by where they came from and why. Kept in memory,
 * this server's alone; of many the ones that have been quiet for longest are forgotten.
 */
@ApplicationScoped
public class FailedHandshakes {
  /** How many pairs of client and reason are remembered. */
  static final int REMEMBERED = 2000;

  private static final int LONGEST_REASON = 200;

  private record Key(AddressBlock client, String reason) {}

  private final Clock clock;
  private final Map<Key, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Failures> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** For the client proxy only. */
  protected FailedHandshakes() {
    this(null);
  }

  /**
   * @param clock tells when
   */
  @Inject
  public FailedHandshakes(Clock clock) {
    this.clock = clock;
  }

  /**
   * Failures of one kind.
   *
   * @param client an IPv4 address, or the /64 of an IPv6 address
   * @param reason for people, in English
   * @param count how many since the first
   * @param first when the first was
   * @param last when the last was
   */
  public record Failures(
      AddressBlock client, String reason, long count, Instant first, Instant last) {}

  /**
   * Takes note of one.
   *
   * @param address the client's address literal
   * @param reason why, for people; cut to {@value #LONGEST_REASON} characters
   */
  public void failed(String address, String reason) {
    var now = clock.instant();
    var printable = reason.replaceAll("\\p{Cntrl}", "\uFFFD");
    var cut = printable.substring(0, Math.min(printable.length(), LONGEST_REASON));
    var key = new Key(AddressBlock.around(address), cut);
    synchronized (failures) {
      var before = failures.get(key);
      failures.put(
          key,
          before == null
              ? new Failures(key.client, cut, 1, now, now)
              : new Failures(key.client, cut, before.count + 1, before.first, now));
    }
  }

  /** Those that are remembered, the latest first. */
  @Requires(Access.READ)
  public List<Failures> list() {
    synchronized (failures) {
      return failures.values().stream()
          .sorted(Comparator.comparing(Failures::last).reversed())
          .toList();
    }
  }
}
