package org.m2mx.ua.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a hole is renewed. */
class HeldPinholeTest {
  @Test
  void isDueAtHalfItsLease() throws Exception {
    RecordedHoles gateway = new RecordedHoles(SourceRestriction.PEER_ADDRESS);
    PinholeRequest request =
        new PinholeRequest(
            TransportProtocol.TCP,
            new InetSocketAddress("2001:db8::1", 4242),
            (Inet6Address) InetAddress.getByName("2001:db8::7"),
            OptionalInt.empty(),
            Duration.ofHours(1));
    FirewallNotice opened = new FirewallNotice(FirewallNotice.Kind.OPENED, "opened");
    ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);
    new HeldPinhole(request, gateway, gateway.open(request), opened, executor, notice -> {}).hold();
    Delayed renewal = (Delayed) executor.getQueue().element();
    long minutes = renewal.getDelay(TimeUnit.MINUTES);
    executor.shutdownNow();
    assertThat(minutes).isBetween(25L, 30L);
  }
}
