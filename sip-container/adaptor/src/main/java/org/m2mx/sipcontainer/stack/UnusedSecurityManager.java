package org.m2mx.sipcontainer.stack;

import gov.nist.core.net.SecurityManagerProvider;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/** Keeps the stack from reading key stores: TLS is the transport layer's own. */
public final class UnusedSecurityManager implements SecurityManagerProvider {
  @Override
  public void init(Properties properties) {
    // There is nothing to prepare.
  }

  @Override
  public KeyManager[] getKeyManagers(boolean client) {
    return new KeyManager[0];
  }

  @Override
  public TrustManager[] getTrustManagers(boolean client) {
    return new TrustManager[0];
  }
}
