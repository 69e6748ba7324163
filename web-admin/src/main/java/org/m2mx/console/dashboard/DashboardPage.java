package org.m2mx.console.dashboard;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingLong;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.m2mx.console.security.HandshakeCause;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.call.CallDecision.Reason;
import org.m2mx.registry.call.CallFigures;
import org.m2mx.registry.call.CallFigures.Figure;
import org.m2mx.registry.call.CallRecord.Result;
import org.m2mx.registry.guard.ShutOuts;
import org.m2mx.registry.handshake.FailedHandshakes;
import org.m2mx.registry.handshake.FailedHandshakes.Failures;

/** What goes on now, and went on over the last day, for the operator's ISP or for all. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class DashboardPage implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final int SHOWN = 5;
  private static final Duration HOUR = Duration.ofHours(1);

  /** A page that nobody leaves lets its session end, too: it stops looking after this time. */
  private static final Duration LOOKING = Duration.ofMinutes(30);

  private static final Duration SOON = Duration.ofDays(30);

  private final Devices devices;
  private final CallFigures calls;
  private final DayFigures day;
  private final ShutOuts guard;
  private final FailedHandshakes handshakes;
  private final CertificateExpiry certificate;
  private final SignedIn signedIn;
  private final Clock clock;

  private Instant opened;
  private transient Instant counted;
  private transient DayChart chart;
  private transient List<Refusals> refusals;
  private transient long lastMinute;

  /** For the client proxy only. */
  protected DashboardPage() {
    this(null, null, null, null, null, null, null, null);
  }

  /**
   * @param devices who is registered
   * @param calls how many calls there were in the last minute
   * @param day how many in the last day
   * @param guard who is shut out
   * @param handshakes who came no further than TLS
   * @param certificate when it expires
   * @param signedIn whose figures they are
   * @param clock the time
   */
  @Inject
  public DashboardPage(
      Devices devices,
      CallFigures calls,
      DayFigures day,
      ShutOuts guard,
      FailedHandshakes handshakes,
      CertificateExpiry certificate,
      SignedIn signedIn,
      Clock clock) {
    this.devices = devices;
    this.calls = calls;
    this.day = day;
    this.guard = guard;
    this.handshakes = handshakes;
    this.certificate = certificate;
    this.signedIn = signedIn;
    this.clock = clock;
  }

  /**
   * Refusals of one reason.
   *
   * @param reason why
   * @param count how many over the last day
   */
  public record Refusals(Reason reason, long count) {}

  /** Looks at what there is; the day is counted once a minute only, for it may be long. */
  public void look() {
    var now = clock.instant();
    if (opened == null) {
      opened = now;
    }
    lastMinute =
        sum(calls.count(signedIn.getDomain(), now.minus(MINUTE), now.plus(MINUTE), MINUTE));
    var last = day.of(signedIn.getDomain());
    if (!last.counted().equals(counted)) {
      chart = new DayChart(last.figures(), last.counted(), ZoneId.systemDefault());
      refusals = refusals(last.figures());
      counted = last.counted();
    }
  }

  private static long sum(List<Figure> figures) {
    return figures.stream().mapToLong(Figure::count).sum();
  }

  private static List<Refusals> refusals(List<Figure> figures) {
    Map<Reason, Long> counts =
        figures.stream()
            .filter(figure -> figure.result() == Result.CONCEALED)
            .collect(
                groupingBy(
                    Figure::reason, () -> new EnumMap<>(Reason.class), summingLong(Figure::count)));
    return counts.entrySet().stream()
        .map(entry -> new Refusals(entry.getKey(), entry.getValue()))
        .sorted(Comparator.comparing(Refusals::count).reversed())
        .toList();
  }

  /** Whether to look no more by itself. */
  public boolean isTired() {
    return opened != null && opened.plus(LOOKING).isBefore(clock.instant());
  }

  /** How many subscribers are registered. */
  public long getRegistered() {
    return devices.registered(signedIn.getDomain());
  }

  /** How many calls, messages and subscriptions began within the last minute. */
  public long getLastMinute() {
    return lastMinute;
  }

  /** The last day. */
  public DayChart getChart() {
    if (chart == null) {
      look();
    }
    return chart;
  }

  /** Why callers were refused over the last day, the most frequent first. */
  public List<Refusals> getRefusals() {
    return refusals;
  }

  /** How many shut-outs there are. */
  public long getShutOuts() {
    return guard.list(signedIn.getDomain()).size();
  }

  /** The latest failed TLS handshakes, none older than an hour; the platform's. */
  public List<Failures> getFailures() {
    var since = clock.instant().minus(HOUR);
    return handshakes.list().stream()
        .filter(failure -> failure.last().isAfter(since))
        .limit(SHOWN)
        .toList();
  }

  /** What a failed handshake means. */
  public HandshakeCause cause(Failures failure) {
    return HandshakeCause.of(failure.reason());
  }

  /** When the certificate that devices see expires. */
  public Optional<Instant> getExpiry() {
    return certificate.earliest();
  }

  /** Whether it expires within a month. */
  public boolean isExpirySoon() {
    return getExpiry().filter(end -> end.isBefore(clock.instant().plus(SOON))).isPresent();
  }
}
