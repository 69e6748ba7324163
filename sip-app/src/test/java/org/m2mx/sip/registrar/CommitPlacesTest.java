package org.m2mx.sip.registrar;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CommitPlacesTest {
  private final CommitPlaces places = new CommitPlaces();

  @Test
  void whoComesWhenAllAreTakenWaitsForTheNextThatIsFree() throws Exception {
    for (int i = 0; i < CommitPlaces.COUNT; i++) {
      assertThat(places.take()).isTrue();
    }
    CompletableFuture<Boolean> further = new CompletableFuture<>();
    Thread thread = new Thread(() -> further.complete(places.take()));
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(further).isNotDone();
      Thread.onSpinWait();
    }
    places.giveBack();
    assertThat(further.get(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void aServerThatStopsLetsNobodyWait() {
    for (int i = 0; i < CommitPlaces.COUNT; i++) {
      places.take();
    }
    Thread.currentThread().interrupt();
    assertThat(places.take()).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }
}
