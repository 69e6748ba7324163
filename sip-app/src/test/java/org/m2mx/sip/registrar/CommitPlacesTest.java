package org.m2mx.sip.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.m2mx.sip.registrar.CommitPlaces.Place;

@Timeout(60)
class CommitPlacesTest {
  private final CommitPlaces places = new CommitPlaces();
  private Place one;

  @BeforeEach
  void takeAll() {
    for (int i = 0; i < CommitPlaces.COUNT; i++) {
      one = places.take().orElseThrow();
    }
  }

  @Test
  void whoComesWhenAllAreTakenWaitsForTheNextThatIsFree() throws Exception {
    CompletableFuture<Optional<Place>> further = new CompletableFuture<>();
    Thread thread = new Thread(() -> further.complete(places.take()));
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(further).isNotDone();
      Thread.onSpinWait();
    }
    one.giveBack();
    assertThat(further.get(30, TimeUnit.SECONDS)).isPresent();
  }

  @Test
  void aPlaceIsGivenBackOnce() {
    one.giveBack();
    one.giveBack();
    assertThat(places.take()).isPresent();
    Thread.currentThread().interrupt();
    assertThat(places.take()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aServerThatStopsLetsNobodyWait() {
    Thread.currentThread().interrupt();
    assertThat(places.take()).isEmpty();
    assertThat(Thread.interrupted()).isTrue();
  }
}
