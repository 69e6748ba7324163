package org.m2mx.tests.service;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.MessageDigestSpi;
import java.security.Provider;
import java.security.Security;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the hashes that the SIP service computes while it is installed, and lets the JDK do them.
 */
final class CountedHashes extends Provider implements AutoCloseable {
  private static final long serialVersionUID = 1;
  private static final String NAME = "CountedHashes";

  /** How the names of the threads begin that run SIP applications. */
  private static final String SERVICE = "sip-worker";

  private final transient AtomicLong count = new AtomicLong();

  private CountedHashes() {
    super(NAME, "1", "counts hashes");
    for (String algorithm : new String[] {"SHA-256", "SHA-512/256", "MD5"}) {
      putService(
          new Service(this, "MessageDigest", algorithm, Counting.class.getName(), null, null) {
            @Override
            public Object newInstance(Object parameter) {
              return new Counting(algorithm);
            }
          });
    }
  }

  static CountedHashes install() {
    CountedHashes hashes = new CountedHashes();
    Security.insertProviderAt(hashes, 1);
    return hashes;
  }

  long count() {
    return count.get();
  }

  @Override
  public void close() {
    Security.removeProvider(NAME);
  }

  private final class Counting extends MessageDigestSpi {
    private final MessageDigest hash;

    Counting(String algorithm) {
      try {
        hash = MessageDigest.getInstance(algorithm, "SUN");
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    protected void engineUpdate(byte input) {
      hash.update(input);
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
      hash.update(input, offset, length);
    }

    @Override
    protected byte[] engineDigest() {
      if (Thread.currentThread().getName().startsWith(SERVICE)) {
        count.incrementAndGet();
      }
      return hash.digest();
    }

    @Override
    protected void engineReset() {
      hash.reset();
    }
  }
}
