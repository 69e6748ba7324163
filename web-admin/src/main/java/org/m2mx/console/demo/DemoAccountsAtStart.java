package org.m2mx.console.demo;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.console.account.AccountException;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.schema.Schema;

/**
 * Provides the demo accounts at the start, if the operator wants them. The EAR starts the SIP
 * application before the console, so that the server's certificate is there; and a server that says
 * it is up has written the files.
 */
@ApplicationScoped
public class DemoAccountsAtStart {
  private final DemoAccounts accounts;
  private final Schema schema;
  private final Acting acting;
  private final Optional<String> folder;

  /** For the client proxy only. */
  protected DemoAccountsAtStart() {
    this(null, null, null, Optional.empty());
  }

  /**
   * @param accounts provides them
   * @param schema has to be ready before
   * @param acting is told that the service itself acts
   * @param folder {@code m2mx.demo.accounts}: where the account files go; by default there are no
   *     demo accounts
   */
  @Inject
  public DemoAccountsAtStart(
      DemoAccounts accounts,
      Schema schema,
      Acting acting,
      @ConfigProperty(name = "m2mx.demo.accounts") Optional<String> folder) {
    this.accounts = accounts;
    this.schema = schema;
    this.acting = acting;
    this.folder = folder;
  }

  void atStart(@Observes @Initialized(ApplicationScoped.class) Object application)
      throws AccountException, IOException {
    if (folder.isPresent()) {
      schema.ready();
      acting.<AccountException, IOException>as(
          Actor.service("demo accounts"), () -> accounts.provide(Path.of(folder.get())));
    }
  }
}
