package org.m2mx.ua.firewall.pcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.m2mx.ua.firewall.FirewallException;

/** What is mapped anew when a gateway has forgotten, and what is not. */
class LiveMappingsTest {
  private static final long AGE = 1000;

  private final LiveMappings live =
      new LiveMappings(
          "the gateway", Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

  private final List<String> asked = new ArrayList<>();

  /** Whoever is restored first closes the other, which is about to be. */
  private final class Sibling extends LiveMappings.Mapped {
    private Sibling other;

    Sibling() {
      super(live);
    }

    @Override
    public Duration lease() {
      return Duration.ofMinutes(2);
    }

    @Override
    public InetSocketAddress outside() {
      return new InetSocketAddress("2001:db8::5", 4242);
    }

    @Override
    public void renew() throws FirewallException {
      asked.add("map");
      other.close();
    }

    @Override
    void delete() {
      asked.add("delete");
    }
  }

  @Test
  void whatIsClosedMeanwhileIsNotMappedAgain() {
    Sibling one = new Sibling();
    Sibling two = new Sibling();
    one.other = two;
    two.other = one;
    live.add(one);
    live.add(two);
    live.heard(AGE, null);
    assertThat(asked).isEmpty();
    live.heard(1, null);
    assertThat(asked).containsExactly("map", "delete");
  }
}
