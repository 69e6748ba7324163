package org.m2mx.sip.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

class EdgeProxiesTest {

  @Test
  void theyAreKnownByTheirAddresses() {
    EdgeProxies proxies = new EdgeProxies(Optional.of(List.of("2001:db8:1::/48", "192.0.2.1")));

    assertThat(proxies.opened(from("2001:db8:1:2::3"))).isTrue();
    assertThat(proxies.opened(from("192.0.2.1"))).isTrue();
    assertThat(proxies.opened(from("192.0.2.2"))).isFalse();
  }

  @Test
  void byDefaultThereAreNone() {
    assertThat(new EdgeProxies(Optional.empty()).opened(from("::1"))).isFalse();
  }

  @Test
  void whatIsNoBlockIsNamedWithItsKey() {
    assertThatThrownBy(() -> new EdgeProxies(Optional.of(List.of("edge.example"))))
        .hasMessageContaining("m2mx.edge-proxies")
        .hasMessageContaining("edge.example");
  }

  private static Flow from(String address) {
    return new Flow(Transport.TLS, "2001:db8::1", 5061, address, 40000, "c");
  }
}
