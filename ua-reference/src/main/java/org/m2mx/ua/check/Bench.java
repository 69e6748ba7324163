package org.m2mx.ua.check;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.signalling.RawFlow;

/** What a case has to work with: parties on connections of their own, and a trace of it all. */
final class Bench implements AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final Participants participants;
  private final Clock clock;
  private final Trace trace = new Trace();
  private final List<Party> parties = new ArrayList<>();
  private final List<Runnable> closing = new ArrayList<>();

  Bench(Participants participants, Clock clock) {
    this.participants = participants;
    this.clock = clock;
  }

  Trace trace() {
    return trace;
  }

  Participants participants() {
    return participants;
  }

  /** The account that the check is run for. */
  Party own() throws UserAgentException {
    return party(participants.own());
  }

  /** The account that the own one may call. */
  Party peer() throws UserAgentException, CheckSkipped {
    return party(given(participants.peer(), "--peer"));
  }

  /** The account that may not call the own one. */
  Party stranger() throws UserAgentException, CheckSkipped {
    return party(given(participants.stranger(), "--stranger"));
  }

  static <T> T given(Optional<T> thing, String option) throws CheckSkipped {
    return thing.orElseThrow(() -> new CheckSkipped("needs " + option));
  }

  Party party(Account account) throws UserAgentException {
    Party party =
        new Party(
            account, RawFlow.connect(account, CONNECT, clock), trace, participants.patience());
    parties.add(party);
    return party;
  }

  /** Has something closed with the bench. */
  void keep(Runnable close) {
    closing.add(close);
  }

  @Override
  public void close() {
    closing.forEach(Runnable::run);
    parties.forEach(Party::close);
  }
}
