package org.m2mx.console.demo;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.console.account.AccountException;
import org.m2mx.registry.schema.Schema;

/**
 * Provides the demo accounts after the start, if the operator wants them. The SIP application,
 * which starts at the same time, may yet have to make the server's certificate; this waits for it,
 * aside, and for no longer than a minute.
 */
@ApplicationScoped
public class DemoAccountsAtStart {
  private static final Logger LOG = System.getLogger(DemoAccountsAtStart.class.getName());
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final DemoAccounts accounts;
  private final Schema schema;
  private final Optional<String> folder;
  private final Clock clock;

  @Resource private ManagedScheduledExecutorService executor;

  /** For the client proxy only. */
  protected DemoAccountsAtStart() {
    this(null, null, Optional.empty(), null);
  }

  /**
   * @param accounts provides them
   * @param schema has to be ready before
   * @param folder {@code m2mx.demo.accounts}: where the account files go; by default there are no
   *     demo accounts
   * @param clock tells when to give up
   */
  @Inject
  public DemoAccountsAtStart(
      DemoAccounts accounts,
      Schema schema,
      @ConfigProperty(name = "m2mx.demo.accounts") Optional<String> folder,
      Clock clock) {
    this.accounts = accounts;
    this.schema = schema;
    this.folder = folder;
    this.clock = clock;
  }

  void atStart(@Observes @Initialized(ApplicationScoped.class) Object application) {
    folder
        .map(Path::of)
        .ifPresent(
            path -> {
              schema.ready();
              var limit = clock.instant().plus(LIMIT);
              executor.execute(() -> provide(path, limit));
            });
  }

  private void provide(Path path, Instant limit) {
    try {
      accounts.provide(path);
    } catch (AccountException e) {
      if (clock.instant().isBefore(limit)) {
        executor.schedule(() -> provide(path, limit), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      } else {
        LOG.log(Level.ERROR, "No demo accounts: {0}", e.getMessage());
      }
    } catch (IOException e) {
      LOG.log(Level.ERROR, "No demo accounts in {0}, see m2mx.demo.accounts: {1}", path, e);
    }
  }
}
