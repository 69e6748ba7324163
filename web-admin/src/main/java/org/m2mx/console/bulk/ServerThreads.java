package org.m2mx.console.bulk;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;

/** The server's threads for work that no request waits for. */
@ApplicationScoped
class ServerThreads {
  @Produces @Resource private ManagedExecutorService aside;

  /** Few, and what happens regularly lives on them: nothing here may take long. */
  @Produces
  @Typed(ManagedScheduledExecutorService.class)
  @Resource
  private ManagedScheduledExecutorService later;
}
