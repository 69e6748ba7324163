package org.m2mx.sipcontainer.dns;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;
import java.util.function.Supplier;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.config.Transport;
import org.xbill.DNS.ResolverConfig;

/**
 * Look-ups in the DNS, on a few threads of their own: whoever asks goes on at once. What is asked
 * for several times at the same moment is looked up once.
 */
public final class Lookups implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Lookups.class.getName());
  private static final int THREADS = 4;
  private static final int MOST_WAITING = 1000;
  private static final int DNS_PORT = 53;

  private final ThreadPoolExecutor threads;
  private final ServerLocator locator;
  private final Duration timeout;
  private final Clock clock;
  private final Map<Destination, CompletableFuture<List<Target>>> underWay =
      new ConcurrentHashMap<>();

  /**
   * Starts no thread yet; they start with the first look-up.
   *
   * @param servers to ask; empty means those of the system
   * @param timeout for one look-up with all its questions
   * @param transports that can be spoken at all, the preferred first; asked when it is needed
   * @param reaches whether an address can be reached by a transport
   * @param clock says when records have expired
   * @param classLoader context class loader of the threads
   */
  public Lookups(
      List<InetSocketAddress> servers,
      Duration timeout,
      Supplier<List<Transport>> transports,
      BiPredicate<Transport, InetAddress> reaches,
      Clock clock,
      ClassLoader classLoader) {
    this.timeout = timeout;
    this.clock = clock;
    ServerLocator.Reachable reachable =
        new ServerLocator.Reachable() {
          @Override
          public List<Transport> transports() {
            return transports.get();
          }

          @Override
          public boolean reaches(Transport transport, InetAddress address) {
            return reaches.test(transport, address);
          }

          @Override
          public List<InetAddress> ofTheSystem(String host) {
            return servers.isEmpty() ? Lookups.ofTheSystem(host) : List.of();
          }
        };
    this.locator =
        new ServerLocator(
            new Records(
                new NameServers(
                    () -> servers.isEmpty() ? ofTheSystem() : servers, NameServers.PATIENCE),
                clock),
            reachable,
            new SecureRandom());
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            task -> {
              Thread thread = new Thread(task, "sip-dns-" + number.incrementAndGet());
              thread.setDaemon(true);
              thread.setContextClassLoader(classLoader);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  private static List<InetSocketAddress> ofTheSystem() {
    String[] servers = ResolverConfig.getCurrentConfig().servers();
    return servers == null
        ? List.of()
        : Arrays.stream(servers)
            .map(AddressText::literal)
            .flatMap(Optional::stream)
            .map(address -> new InetSocketAddress(address, DNS_PORT))
            .toList();
  }

  /** Its hosts file, for one; only when no servers are configured. */
  private static List<InetAddress> ofTheSystem(String host) {
    try {
      return List.of(InetAddress.getAllByName(host));
    } catch (UnknownHostException e) {
      LOG.log(Level.TRACE, "The system does not know the host either", e);
      return List.of();
    }
  }

  /**
   * Looks a destination up.
   *
   * @return completes on one of the threads, with the servers to try, best first, empty when there
   *     are none; fails with an {@link IOException} when no name server has answered in time or too
   *     many look-ups wait
   */
  public CompletableFuture<List<Target>> locate(Destination destination) {
    CompletableFuture<List<Target>> fresh = new CompletableFuture<>();
    CompletableFuture<List<Target>> known = underWay.putIfAbsent(destination, fresh);
    if (known != null) {
      return known;
    }
    Deadline deadline = Deadline.in(timeout, clock);
    try {
      threads.execute(() -> locate(destination, deadline, fresh));
    } catch (RejectedExecutionException e) {
      underWay.remove(destination);
      fresh.completeExceptionally(new IOException("too many look-ups wait", e));
    }
    return fresh;
  }

  private void locate(
      Destination destination, Deadline deadline, CompletableFuture<List<Target>> result) {
    try {
      List<Target> targets = locator.locate(destination, deadline);
      underWay.remove(destination);
      result.complete(targets);
    } catch (IOException | RuntimeException e) {
      underWay.remove(destination);
      result.completeExceptionally(e);
    }
  }

  /** Drops what waits and ends the threads. */
  @Override
  public void close() {
    threads.shutdownNow();
    underWay.values().forEach(waiting -> waiting.cancel(false));
  }
}
