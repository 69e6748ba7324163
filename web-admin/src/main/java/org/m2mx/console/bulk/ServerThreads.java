package org.m2mx.console.bulk;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;

/** The server's threads for work that no request waits for. */
@ApplicationScoped
class ServerThreads {
  @Produces @Resource private ManagedScheduledExecutorService threads;
}
