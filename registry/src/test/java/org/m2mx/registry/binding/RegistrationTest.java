package org.m2mx.registry.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.binding.Registration.Connection;
import org.m2mx.registry.binding.Registration.Contact;

class RegistrationTest {
  private static final Connection CONNECTION = new Connection(null, "TLS", "[::1]:1", null);
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void whatIsOutOfRangeIsNamed() {
    refused("Call-ID has 1 to 255", () -> new Registration("", 1, CONNECTION, List.of()));
    refused("Call-ID", () -> new Registration("x".repeat(256), 1, CONNECTION, List.of()));
    refused("CSeq number -1", () -> new Registration("x", -1, CONNECTION, List.of()));
    refused("CSeq number 4294967296", () -> new Registration("x", 1L << 32, CONNECTION, List.of()));
    refused("contact URI", () -> contact("x".repeat(2049), null, null, null, HOUR));
    refused("instance-id", () -> contact("x", "", null, null, HOUR));
    refused("reg-id needs an instance-id", () -> contact("x", null, 1, null, HOUR));
    refused("reg-id 0", () -> contact("x", "i", 0, null, HOUR));
    refused("1001 thousandths", () -> contact("x", null, null, 1001, HOUR));
    refused("in the past", () -> contact("x", null, null, null, HOUR.negated()));
    refused("path", () -> new Connection("f", "TLS", "a", null, List.of("x".repeat(4096))));
    refused("flow token", () -> new Connection("x".repeat(256), "TLS", "a", null));
  }

  @Test
  void aTalkativeUserAgentIsCutShort() {
    assertThat(new Connection(null, "TLS", "a", "x".repeat(1000)).userAgent()).hasSize(255);
  }

  private static Contact contact(
      String uri, String instance, Integer regId, Integer q, Duration e) {
    return new Contact(uri, uri, instance, regId, q, e);
  }

  private static void refused(String message, ThrowingCallable making) {
    assertThatIllegalArgumentException().isThrownBy(making).withMessageContaining(message);
  }
}
