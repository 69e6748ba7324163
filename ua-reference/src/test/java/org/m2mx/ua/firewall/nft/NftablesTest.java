package org.m2mx.ua.firewall.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.firewall.TransportProtocol;

/** What nft is told, and when it is asked at all. */
class NftablesTest {
  private static final String DROPS =
      "table inet filter {\n chain input {\n"
          + "type filter hook input priority filter; policy drop;\n";
  private static final String ACCEPTS = "meta mark 0x6d326d78 counter packets 0 bytes 0 accept\n";

  private final List<String> scripts = new ArrayList<>();

  private NftablesFinder finder(String rules) {
    return new NftablesFinder(
        (script, arguments) -> {
          if (List.of(arguments).contains("list")) {
            return rules;
          }
          scripts.add(script);
          return "";
        });
  }

  private static InetAddress own() throws Exception {
    return InetAddress.getByName("2001:db8::1");
  }

  @Test
  void holdsAnElementWithATimeout() throws Exception {
    var control = finder(DROPS + ACCEPTS).find(own()).orElseThrow();
    assertThat(control.restriction()).isEqualTo(SourceRestriction.PEER_ADDRESS_AND_PORT);
    Pinhole hole =
        control.open(
            new PinholeRequest(
                TransportProtocol.TCP,
                new InetSocketAddress(own(), 4242),
                (Inet6Address) InetAddress.getByName("2001:db8::7"),
                OptionalInt.of(777),
                Duration.ofSeconds(60)));
    String element = "{ 2001:db8::7 . 777 . 6 . 2001:db8::1 . 4242";
    assertThat(scripts.get(0)).endsWith(element + " timeout 60s }\n");
    hole.close();
    assertThat(scripts.get(1)).endsWith("delete element inet m2mx_ua holes " + element + " }\n");
  }

  @Test
  void isOfNoUseUnlessTheOwnersRulesLeaveRoom() throws Exception {
    assertThatExceptionOfType(FirewallException.class)
        .isThrownBy(() -> finder(DROPS).find(own()))
        .withMessageContaining("meta mark 0x6d326d78 accept");
    assertThat(finder("").find(own())).isEmpty();
  }

  @Test
  void isNotThereWhereNftCannotBeRun() throws Exception {
    NftablesFinder finder =
        new NftablesFinder(
            (script, arguments) -> {
              throw new FirewallException("nft: Operation not permitted");
            });
    assertThat(finder.find(own())).isEmpty();
  }
}
