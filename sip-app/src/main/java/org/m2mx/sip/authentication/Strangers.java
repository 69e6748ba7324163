package org.m2mx.sip.authentication;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.sipcontainer.security.Challenge;
import org.m2mx.sipcontainer.security.Challenge.Asker;
import org.m2mx.sipcontainer.security.Challenger;
import org.m2mx.sipcontainer.security.UnauthenticatedRequest;

/**
 * Challenges whoever brings no credentials, without a session: most of what a server on the open
 * internet gets is from strangers who stay strangers. Nobody is looked up, so the question is the
 * same whoever is claimed to send it.
 */
@Singleton
public class Strangers implements Challenger {
  private static final Logger LOG = System.getLogger(Strangers.class.getName());

  /** What else there is has something to be refused for first, by its servlet. */
  private static final Map<String, Asker> ASKERS =
      Map.of(
          "REGISTER", Asker.SERVER,
          "INVITE", Asker.PROXY,
          "MESSAGE", Asker.PROXY,
          "OPTIONS", Asker.PROXY);

  private final DigestAuthenticator authenticator;
  private final ProvenFlows flows;

  /**
   * @param authenticator words the challenge
   * @param flows whose connections are whose
   */
  @Inject
  public Strangers(DigestAuthenticator authenticator, ProvenFlows flows) {
    this.authenticator = authenticator;
    this.flows = flows;
  }

  /** Leaves to the servlets who names nobody, or another than whose connection it is. */
  @Override
  public Optional<Challenge> challenge(UnauthenticatedRequest request) {
    return Optional.ofNullable(ASKERS.get(request.method()))
        .flatMap(asker -> claimed(request, asker).map(aor -> challenge(request, asker, aor)));
  }

  private Optional<Aor> claimed(UnauthenticatedRequest request, Asker asker) {
    try {
      Aor claimed = Identity.of(asker == Asker.SERVER ? request.to() : request.from());
      return flows.owner(request.flow()).filter(owner -> !owner.equals(claimed)).isPresent()
          ? Optional.empty()
          : Optional.of(claimed);
    } catch (IllegalArgumentException notAnAor) {
      return Optional.empty();
    }
  }

  private Challenge challenge(UnauthenticatedRequest request, Asker asker, Aor claimed) {
    LOG.log(
        Level.DEBUG,
        "{0} as {1} on {2} has no credentials and is asked for them",
        request.method(),
        claimed,
        request.flow());
    return new Challenge(asker, authenticator.challenges(claimed.domain(), false).toList());
  }
}
