package org.m2mx.sip.relay;

import static org.assertj.core.api.Assertions.assertThat;

import javax.servlet.sip.SipApplicationSession;
import org.junit.jupiter.api.Test;
import org.m2mx.sip.Stub;

class OpenDialogsTest {
  private final SipApplicationSession session = Stub.session();

  @Test
  void theLastThatEndsIsTold() {
    OpenDialogs.begin(session, "one");
    OpenDialogs.begin(session, "two");
    assertThat(OpenDialogs.end(session, "one")).isFalse();
    assertThat(OpenDialogs.isOpen(session, "one")).isFalse();
    assertThat(OpenDialogs.isOpen(session, "two")).isTrue();
    assertThat(OpenDialogs.end(session, "two")).isTrue();
  }

  @Test
  void anEarlyOneIsNotTheLast() {
    assertThat(OpenDialogs.end(session, "ringing")).isFalse();
    OpenDialogs.begin(session, "one");
    assertThat(OpenDialogs.end(session, "ringing")).isFalse();
    assertThat(OpenDialogs.end(session, null)).isFalse();
    assertThat(OpenDialogs.end(session, "one")).isTrue();
  }

  @Test
  void itMayStillBeAcceptedThen() {
    OpenDialogs.end(session, "one");
    OpenDialogs.begin(session, "one");
    assertThat(OpenDialogs.isOpen(session, "one")).isTrue();
  }

  @Test
  void oneEndsOnce() {
    OpenDialogs.begin(session, "one");
    assertThat(OpenDialogs.end(session, "one")).isTrue();
    assertThat(OpenDialogs.end(session, "one")).isFalse();
  }

  @Test
  void anAcceptanceThatComesAgainOpensNothingAgain() {
    OpenDialogs.begin(session, "one");
    OpenDialogs.begin(session, "one");
    OpenDialogs.end(session, "one");
    OpenDialogs.begin(session, "one");
    assertThat(OpenDialogs.isOpen(session, "one")).isFalse();
  }
}
