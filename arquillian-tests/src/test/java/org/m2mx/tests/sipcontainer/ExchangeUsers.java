package org.m2mx.tests.sipcontainer;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import org.m2mx.sipcontainer.security.SipCredentials;
import org.m2mx.sipcontainer.security.SipUser;

/** The one user of the exchange, as the scenarios know it. */
@ApplicationScoped
public class ExchangeUsers implements SipCredentials {
  @Override
  public Optional<SipUser> find(String username, String realm) {
    return username.equals("sipp")
        ? Optional.of(SipUser.of(username, realm, "here-again", Set.of("regular")))
        : Optional.empty();
  }
}
