package org.m2mx.sip.round;

import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ManagedThreadFactory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import java.util.concurrent.ThreadFactory;

/** The server makes the threads, which end with the application. */
@ApplicationScoped
class ServerThreads {
  @Produces
  @Typed(ThreadFactory.class)
  @Resource
  private ManagedThreadFactory factory;
}
