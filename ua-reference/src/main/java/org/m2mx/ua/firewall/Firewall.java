package org.m2mx.ua.firewall;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.m2mx.ua.firewall.FirewallNotice.Kind;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.net.Ipv4Scope;

/**
 * What stands between this machine and its peers. Finds the firewalls that open holes when asked,
 * asks the one first that restricts them most tightly, keeps holes open by renewing them at half
 * their lease, and closes them. Safe for use by several threads.
 */
public final class Firewall implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Firewall.class.getName());
  private static final int THREADS = 4;
  private static final Duration CLOSING = Duration.ofSeconds(3);

  /** How long a hole waits for one with the same port and peer that is being closed. */
  private static final long GIVING_WAY_SECONDS = 10;

  /** How long one that lets anybody in is made do with, until a tighter one is looked for. */
  static final Duration CONTENT = Duration.ofMinutes(5);

  private static final InetAddress ANYBODY = new InetSocketAddress("0.0.0.0", 0).getAddress();

  private final FirewallPolicy policy;
  private final Clock clock;
  private final Consumer<FirewallNotice> notices;
  private final GatewayNews news;
  private final Duration closing;
  private final Map<InetAddress, GatewayNews.Listening> listening = new HashMap<>();
  private final ScheduledThreadPoolExecutor executor;
  private final ExecutorService searching;
  private final Map<InetAddress, CompletableFuture<Found>> found = new ConcurrentHashMap<>();
  private final Set<InetAddress> lookingAgain = ConcurrentHashMap.newKeySet();
  private final Set<HeldPinhole> holes = ConcurrentHashMap.newKeySet();

  /** Held while a hole is opened, so that another session with the same one waits for it. */
  private final Object[] turns = Stream.generate(Object::new).limit(16).toArray();

  private final Openings openings = new Openings();

  /**
   * The outcome of a search.
   *
   * @param controls the tightest first
   * @param unusable why others that are there cannot be used
   * @param at when that was
   */
  private record Found(List<FirewallControl> controls, List<String> unusable, Instant at) {}

  /**
   * A firewall that nobody has looked for yet.
   *
   * @param policy which holes to open
   * @param threads for searching, renewing and closing
   * @param clock the time
   * @param notices is told of what becomes of the holes; called on any thread
   */
  public Firewall(
      FirewallPolicy policy, ThreadFactory threads, Clock clock, Consumer<FirewallNotice> notices) {
    this(
        policy,
        threads,
        Executors.newCachedThreadPool(threads),
        clock,
        notices,
        new MulticastNews(),
        CLOSING);
  }

  /**
   * A firewall that hears by other means when its gateway restarts.
   *
   * @param threads for renewing and closing, for which a search must not be in the way
   * @param searching for searches; ended with the firewall
   * @param closing how long the end may take
   */
  Firewall(
      FirewallPolicy policy,
      ThreadFactory threads,
      ExecutorService searching,
      Clock clock,
      Consumer<FirewallNotice> notices,
      GatewayNews news,
      Duration closing) {
    this.searching = searching;
    this.policy = policy;
    this.clock = clock;
    this.notices = notices;
    this.news = news;
    this.closing = closing;
    this.executor = new ScheduledThreadPoolExecutor(THREADS, threads);
    executor.setRemoveOnCancelPolicy(true);
  }

  /**
   * Starts to look for firewalls, so that the first session need not wait for it. Does not block,
   * and does nothing once this is closed.
   *
   * @param own the address that sessions will use
   */
  public void prepare(InetAddress own) {
    try {
      openings.run(() -> search(own));
    } catch (FirewallException e) {
      LOG.log(System.Logger.Level.DEBUG, "Nothing is looked for: {0}", e.getMessage());
    }
  }

  /** Searches, unless that is under way or has found something that may be asked. */
  private CompletableFuture<Found> search(InetAddress own) {
    return found.compute(own, (address, before) -> isOfUse(before) ? before : start(address));
  }

  private boolean isOfUse(CompletableFuture<Found> search) {
    return search != null
        && (!search.isDone() || search.join().controls().stream().anyMatch(this::isAdmitted));
  }

  private boolean isAdmitted(FirewallControl control) {
    return control.restriction().compareTo(policy.coarsest()) >= 0;
  }

  /**
   * Looks for a tighter firewall than the one that has just opened a hole, if the last look is some
   * time ago: it may have been switched on since, or have missed the question. This session does
   * not wait for it; the next has it.
   */
  private void lookAgain(InetAddress own, Found known) {
    if (policy.finders().size() > 1
        && !clock.instant().isBefore(known.at().plus(CONTENT))
        && lookingAgain.add(own)) {
      start(own)
          .whenComplete(
              (fresh, failure) -> {
                if (failure == null) {
                  List<FirewallControl> controls =
                      fresh.controls().isEmpty() ? known.controls() : fresh.controls();
                  Found latest = new Found(controls, fresh.unusable(), fresh.at());
                  found.put(own, CompletableFuture.completedFuture(latest));
                } else {
                  notices.accept(
                      new FirewallNotice(
                          Kind.FAILED,
                          "firewall: a tighter one could not be looked for: " + failure));
                }
                lookingAgain.remove(own);
              });
    }
  }

  private static void note(List<String> unusable, String why) {
    synchronized (unusable) {
      unusable.add(why);
    }
  }

  private CompletableFuture<Found> start(InetAddress own) {
    List<String> unusable = new ArrayList<>();
    List<CompletableFuture<List<FirewallControl>>> searches = new ArrayList<>();
    for (FirewallFinder finder : policy.finders()) {
      searches.add(
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return finder.find(own).stream().toList();
                } catch (FirewallException e) {
                  note(unusable, e.getMessage());
                } catch (RuntimeException e) {
                  // One that puzzles this side keeps nobody from the others.
                  LOG.log(System.Logger.Level.WARNING, "Looking for " + finder.method(), e);
                  note(unusable, finder.method() + ": " + e);
                }
                return List.of();
              },
              searching));
    }
    return CompletableFuture.allOf(searches.toArray(CompletableFuture[]::new))
        .thenApply(
            nothing ->
                new Found(
                    searches.stream()
                        .flatMap(search -> search.join().stream())
                        .sorted(Comparator.comparing(FirewallControl::restriction).reversed())
                        .toList(),
                    List.copyOf(unusable),
                    clock.instant()));
  }

  /**
   * Opens a hole for a session, if there is a firewall that does. Blocks for some seconds at most.
   * IPv6 only; for IPv4 there is {@link #map}.
   *
   * @param protocol what to let through
   * @param own where this side listens
   * @param peer the only address to let in
   * @param peerPort the only port of the peer to let in, if it is known
   * @return the hole, to be closed with the session; where there is none the notices say why
   * @throws FirewallException if only a coarser hole than the policy admits can be had
   * @throws FirewallClosedException if this is closed; one that comes about meanwhile is closed too
   */
  public SessionHole open(
      TransportProtocol protocol, InetSocketAddress own, InetAddress peer, OptionalInt peerPort)
      throws FirewallException {
    if (policy.finders().isEmpty()
        || !(own.getAddress() instanceof Inet6Address)
        || !(peer instanceof Inet6Address)) {
      return SessionHole.NONE;
    }
    PinholeRequest request = new PinholeRequest(protocol, own, peer, peerPort, policy.lease());
    return openings.run(() -> open(request));
  }

  /**
   * Lets in what comes out of a tunnel, where this machine filters that itself. Blocks for some
   * seconds at most.
   *
   * @param outer this side's address outside the tunnel
   * @param own where this side listens inside
   * @param peer the peer's address inside
   * @return the hole, to be closed with the session; none if nothing stands in the way that could
   *     be asked
   * @throws FirewallClosedException as {@link #open}
   */
  public SessionHole openInside(InetAddress outer, InetSocketAddress own, InetAddress peer)
      throws FirewallException {
    PinholeRequest request =
        new PinholeRequest(TransportProtocol.TCP, own, peer, OptionalInt.empty(), policy.lease());
    return openings.run(() -> openInside(outer, request));
  }

  private SessionHole openInside(InetAddress outer, PinholeRequest request)
      throws FirewallException {
    Found known = search(outer).join();
    for (FirewallControl control : known.controls()) {
      if (control.isOfThisMachine()) {
        openings.requireNotOver();
        try {
          return hold(request, control, control.open(request), List.of());
        } catch (FirewallClosedException e) {
          throw e;
        } catch (FirewallException e) {
          notices.accept(
              new FirewallNotice(
                  Kind.FAILED, "firewall: no hole " + request + ": " + e.getMessage()));
        }
      }
    }
    return SessionHole.NONE;
  }

  /**
   * Has a gateway that translates IPv4 addresses lend a port of its own, if there is one that does.
   * It is for anybody: the peer comes later, by what is told of it. Blocks for some seconds at
   * most.
   *
   * @param protocol what to let through
   * @param own where this side listens
   * @return the hole, which says where it is outside, to be closed with the session; where there is
   *     none the notices say why
   * @throws FirewallException if the policy admits no such hole
   * @throws FirewallClosedException as {@link #open}
   */
  public SessionHole map(TransportProtocol protocol, InetSocketAddress own)
      throws FirewallException {
    if (policy.finders().isEmpty()) {
      return SessionHole.NONE;
    }
    PinholeRequest request =
        new PinholeRequest(protocol, own, ANYBODY, OptionalInt.empty(), policy.lease());
    return openings.run(() -> open(request));
  }

  /**
   * Sessions that have the same port and peer, as tunnels have, share a hole. One that is being
   * closed has to be closed first, or it would be the new one that is. One that cannot be renewed
   * may be gone.
   */
  private SessionHole open(PinholeRequest request) throws FirewallException {
    synchronized (turns[Math.floorMod(request.hashCode(), turns.length)]) {
      for (HeldPinhole hole : holes) {
        if (hole.isFor(request) && !hole.isOverdue()) {
          Optional<SessionHole> share = hole.share();
          if (share.isPresent()) {
            return share.get();
          }
          hole.closed().copy().completeOnTimeout(null, GIVING_WAY_SECONDS, TimeUnit.SECONDS).join();
        }
      }
      return openAnew(request);
    }
  }

  private SessionHole openAnew(PinholeRequest request) throws FirewallException {
    InetSocketAddress own = request.own();
    List<String> failures = new ArrayList<>();
    CompletableFuture<Found> remembered = found.get(own.getAddress());
    Found known = search(own.getAddress()).join();
    Optional<SessionHole> hole = ask(request, known, failures);
    if (hole.isEmpty() && remembered != null && !failures.isEmpty()) {
      // The gateway may have been replaced since it was found.
      found.remove(own.getAddress(), remembered);
      failures.clear();
      known = search(own.getAddress()).join();
      hole = ask(request, known, failures);
    }
    return hole.isPresent() ? hole.get() : explain(request, known, failures);
  }

  private Optional<SessionHole> ask(PinholeRequest request, Found known, List<String> failures)
      throws FirewallClosedException {
    for (FirewallControl control : known.controls()) {
      if (!isAdmitted(control)) {
        continue;
      }
      openings.requireNotOver();
      try {
        SessionHole hole = hold(request, control, control.open(request), known.unusable());
        if (control.restriction() == SourceRestriction.ANY_SOURCE
            && !request.peer().isAnyLocalAddress()) {
          lookAgain(request.ownAddress(), known);
        }
        return Optional.of(hole);
      } catch (FirewallClosedException e) {
        throw e;
      } catch (FirewallException e) {
        failures.add(control.describe() + ": " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private SessionHole hold(
      PinholeRequest request, FirewallControl control, Pinhole pinhole, List<String> unusable)
      throws FirewallClosedException {
    FirewallNotice opened = opened(request, control, pinhole, unusable);
    HeldPinhole hole = new HeldPinhole(request, control, pinhole, opened, executor, notices);
    try {
      synchronized (this) {
        openings.requireNotOver();
        SessionHole share = hole.hold();
        holes.add(hole);
        if (!control.isOfThisMachine()) {
          listening.computeIfAbsent(
              request.ownAddress(), own -> news.listen(own, this::renewAtOnce));
        }
        hole.closed().thenRun(() -> holes.remove(hole));
        notices.accept(opened);
        return share;
      }
    } catch (FirewallClosedException e) {
      notices.accept(opened);
      hole.closeAtOnce();
      throw e;
    }
  }

  /** A gateway that has restarted has forgotten its holes; one that has not does not mind. */
  public void renewAtOnce() {
    holes.forEach(HeldPinhole::renewAtOnce);
  }

  private static FirewallNotice opened(
      PinholeRequest request, FirewallControl control, Pinhole pinhole, List<String> unusable) {
    String others = unusable.isEmpty() ? "" : "; but " + String.join("; ", unusable);
    String caution =
        control.restriction() == SourceRestriction.ANY_SOURCE
            ? ", since it cannot restrict one to the peer"
            : "";
    return new FirewallNotice(
        Kind.OPENED,
        "firewall: "
            + control.describe()
            + " opened a hole "
            + request.openedBy(control.restriction())
            + found(request, pinhole)
            + caution
            + ", lease "
            + pinhole.lease().toSeconds()
            + " s"
            + others);
  }

  private static String found(PinholeRequest request, Pinhole pinhole) {
    if (pinhole.outside().equals(request.own())) {
      return "";
    }
    String where = ", found outside at " + IpText.of(pinhole.outside());
    return Ipv4Scope.isPrivate(pinhole.outside().getAddress())
        ? where + ", which is no public address, so that another gateway may stand before it"
        : where;
  }

  /** Why there is no hole. */
  private SessionHole explain(PinholeRequest request, Found known, List<String> failures)
      throws FirewallException {
    for (FirewallControl control : known.controls()) {
      if (!isAdmitted(control)) {
        failures.add(control.describe() + " cannot restrict a hole to the peer");
        throw new FirewallException(
            "No hole in the firewall " + request + ": " + String.join("; ", failures));
      }
    }
    FirewallNotice notice =
        failures.isEmpty()
            ? new FirewallNotice(Kind.NOT_FOUND, notFound(request, known))
            : new FirewallNotice(
                Kind.FAILED, "firewall: no hole " + request + ": " + String.join("; ", failures));
    if (request.ownAddress().isLoopbackAddress() && failures.isEmpty()) {
      return SessionHole.NONE;
    }
    notices.accept(notice);
    return new SessionHole.NoHole(Optional.of(notice));
  }

  private String notFound(PinholeRequest request, Found known) {
    String methods =
        policy.finders().stream().map(FirewallFinder::method).collect(Collectors.joining(", "));
    String without =
        request.peer().isAnyLocalAddress()
            ? "; "
                + IpText.of(request.own())
                + " is no address that peers outside can reach, unless a gateway maps one to it"
            : "; if there is one it must let packets " + request + " pass by itself";
    return Stream.concat(
            Stream.of("firewall: none found that opens holes (" + methods + ")" + without),
            known.unusable().stream())
        .collect(Collectors.joining("; "));
  }

  /**
   * Closes all holes, also those that are just being opened, and waits for it for some seconds at
   * most.
   */
  @Override
  public void close() {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    List<HeldPinhole> open;
    synchronized (this) {
      ends.add(openings.end());
      open = List.copyOf(holes);
      listening.values().forEach(GatewayNews.Listening::close);
    }
    for (HeldPinhole hole : open) {
      hole.close();
      ends.add(hole.closed());
    }
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, closing.toNanos(), TimeUnit.NANOSECONDS)
        .join();
    executor.shutdownNow();
    searching.shutdownNow();
  }
}
