package org.m2mx.ua.firewall;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What is taken for the news that a gateway has restarted. */
class MulticastNewsTest {
  private static final InetSocketAddress GATEWAY = new InetSocketAddress("2001:db8::1", 1900);
  private static final InetSocketAddress OTHER = new InetSocketAddress("2001:db8::2", 1900);

  private final MulticastNews.Boots boots = new MulticastNews.Boots();

  private boolean tell(InetSocketAddress sender, String... lines) {
    byte[] packet = (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    return boots.tell(packet, packet.length, sender);
  }

  private boolean alive(InetSocketAddress sender, int boot) {
    return tell(sender, "NOTIFY * HTTP/1.1", "NTS: ssdp:alive", "BOOTID.UPNP.ORG: " + boot);
  }

  @Test
  void aNewBootIdIsNewsAndTheSameIsNot() {
    assertThat(alive(GATEWAY, 7)).as("who knows").isTrue();
    assertThat(alive(GATEWAY, 7)).isFalse();
    assertThat(alive(OTHER, 7)).isTrue();
    assertThat(alive(GATEWAY, 8)).isTrue();
    assertThat(alive(GATEWAY, 8)).isFalse();
  }

  @Test
  void theLastOfABurstIsPassedOnToo() {
    long start = System.nanoTime();
    MulticastNews.Bursts bursts = new MulticastNews.Bursts(start);
    assertThat(bursts.isDue(start)).as("nothing was heard").isFalse();
    assertThat(bursts.millisUntilDue(start)).isZero();

    bursts.heard();
    assertThat(bursts.isDue(start)).isTrue();
    bursts.heard();
    long soon = start + TimeUnit.MILLISECONDS.toNanos(400);
    assertThat(bursts.isDue(soon)).as("within the pause").isFalse();
    assertThat(bursts.millisUntilDue(soon)).isEqualTo(600);
    long later = start + TimeUnit.SECONDS.toNanos(1);
    assertThat(bursts.isDue(later)).isTrue();
    assertThat(bursts.isDue(later)).as("once").isFalse();
  }

  @Test
  void byebyeIsNewsEachTime() {
    assertThat(tell(GATEWAY, "NOTIFY * HTTP/1.1", "NTS: ssdp:byebye")).isTrue();
    assertThat(tell(GATEWAY, "NOTIFY * HTTP/1.1", "nts:ssdp:byebye")).isTrue();
  }

  @Test
  void searchesOfOthersAreNoNews() {
    assertThat(tell(GATEWAY, "M-SEARCH * HTTP/1.1", "BOOTID.UPNP.ORG: 9")).isFalse();
    assertThat(tell(GATEWAY, "NOTIFY * HTTP/1.1", "NTS: ssdp:alive")).as("no number").isFalse();
  }

  @Test
  void anAnnounceOfPcpIsNews() {
    byte[] announce = new byte[24];
    announce[0] = 2;
    announce[1] = (byte) 0x80;
    assertThat(boots.tell(announce, 24, GATEWAY)).isTrue();
    assertThat(boots.tell(announce, 23, GATEWAY)).isFalse();
    announce[1] = 0;
    assertThat(boots.tell(announce, 24, GATEWAY)).as("a request").isFalse();
  }

  /** RFC 6886 section 3.2.1. */
  @Test
  void anAddressOutsideOfNatPmpIsNews() {
    byte[] address = new byte[12];
    address[1] = (byte) 0x80;
    assertThat(boots.tell(address, 12, GATEWAY)).isTrue();
    assertThat(boots.tell(address, 11, GATEWAY)).isFalse();
    address[1] = 0;
    assertThat(boots.tell(address, 12, GATEWAY)).as("a request").isFalse();
  }

  @Test
  void survivesNonsenseAndForgetsStrangersBeyondACount() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      byte[] packet = new byte[random.nextInt(200)];
      random.nextBytes(packet);
      boots.tell(packet, packet.length, GATEWAY);
    }
    for (int i = 0; i < 1000; i++) {
      alive(new InetSocketAddress("2001:db8::" + Integer.toHexString(i + 10), 1900), 1);
    }
    assertThat(alive(OTHER, 1)).as("no room").isFalse();
  }
}
