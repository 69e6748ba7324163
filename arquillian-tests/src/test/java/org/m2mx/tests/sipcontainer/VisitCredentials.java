package org.m2mx.tests.sipcontainer;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.Set;
import org.m2mx.sipcontainer.security.SipCredentials;
import org.m2mx.sipcontainer.security.SipUser;

/** Who has been here before is a regular, with a password that anybody may know. */
@ApplicationScoped
public class VisitCredentials implements SipCredentials {
  static final String PASSWORD = "here again";

  @Inject private Visits visits;

  @Override
  public Optional<SipUser> find(String username, String realm) {
    return visits.hasBeenHere("sip:" + username + '@' + realm)
        ? Optional.of(SipUser.of(username, realm, PASSWORD, Set.of("regular")))
        : Optional.empty();
  }
}
