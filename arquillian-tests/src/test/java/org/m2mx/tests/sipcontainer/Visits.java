package org.m2mx.tests.sipcontainer;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.persistence.PersistenceContext;
import jakarta.transaction.TransactionSynchronizationRegistry;
import jakarta.transaction.Transactional;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServletResponse;

/** What a SIP callback can reach of the enterprise application around it. */
@ApplicationScoped
public class Visits {
  @PersistenceContext private EntityManager entities;
  @Resource private TransactionSynchronizationRegistry transactions;
  @Resource private SipFactory factory;
  @Inject private CurrentRequest request;

  /** Records a visit. */
  @Transactional
  public void record(String visitor) {
    entities.persist(new Visit(visitor));
  }

  /** Whether a visit of this visitor is recorded. */
  @Transactional
  public boolean hasBeenHere(String visitor) {
    return entities
            .createQuery("select count(v) from Visit v where v.visitor = :visitor", Long.class)
            .setParameter("visitor", visitor)
            .getSingleResult()
        > 0;
  }

  /** Writes what there is into headers of an answer. */
  @Transactional
  public void describe(SipServletResponse answer) {
    long count = entities.createQuery("select count(v) from Visit v", Long.class).getSingleResult();
    answer.setHeader("X-Visits", Long.toString(count));
    answer.setHeader("X-Transaction", Integer.toString(transactions.getTransactionStatus()));
    answer.setHeader("X-Request", request.id());
    answer.setHeader("X-Factory", factory.createSipURI("a", "example.org").toString());
    answer.setHeader("X-Application", lookUp("java:app/AppName"));
    answer.setHeader("X-Thread", Thread.currentThread().getName());
  }

  private static String lookUp(String name) {
    try {
      return InitialContext.doLookup(name);
    } catch (NamingException e) {
      return e.toString();
    }
  }
}
