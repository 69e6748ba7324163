package org.m2mx.registry;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import java.security.SecureRandom;
import java.time.Clock;
import javax.sql.DataSource;

/** What the services take from the server: database, persistence context, time and chance. */
@ApplicationScoped
class ServerResources {
  @Produces
  @PersistenceContext(unitName = "m2mx")
  private EntityManager entities;

  @Produces
  @Resource(lookup = "java:/jdbc/m2mx")
  private DataSource database;

  @Produces
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  SecureRandom random() {
    return new SecureRandom();
  }
}
