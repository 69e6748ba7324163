package org.m2mx.ua.firewall.nft;

import java.net.InetSocketAddress;
import java.time.Duration;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.Pinhole;
import org.m2mx.ua.firewall.PinholeRequest;
import org.m2mx.ua.firewall.SourceRestriction;
import org.m2mx.ua.net.IpText;

/**
 * Holes in this machine's own firewall. A table of our own cannot admit what another table drops,
 * so it marks the packets of open holes, and a rule of the owner's accepts that mark. Holes are
 * elements of a set with a timeout: the kernel ends their leases.
 */
final class NftablesControl implements FirewallControl {
  /** What marks a packet of an open hole: "m2mx" in ASCII. */
  static final String MARK = "0x6d326d78";

  private static final String TABLE = "inet m2mx_ua";
  private static final String SET = TABLE + " holes";
  private static final String CHAIN = TABLE + " input";
  private static final String ANY_PORT = "0-65535";

  /** Repeating it changes nothing. */
  private static final String FRAME =
      """
      add table %1$s
      add set %2$s { type ipv6_addr . inet_service . inet_proto . ipv6_addr . inet_service; \
      flags interval, timeout; }
      add chain %3$s { type filter hook input priority -10; policy accept; }
      flush chain %3$s
      add rule %3$s ip6 saddr . th sport . meta l4proto . ip6 daddr . th dport @holes \
      meta mark set %4$s
      """
          .formatted(TABLE, SET, CHAIN, MARK);

  private final Nft nft;

  NftablesControl(Nft nft) {
    this.nft = nft;
  }

  @Override
  public String describe() {
    return "nftables here";
  }

  @Override
  public SourceRestriction restriction() {
    return SourceRestriction.PEER_ADDRESS_AND_PORT;
  }

  @Override
  public boolean isOfThisMachine() {
    return true;
  }

  @Override
  public Pinhole open(PinholeRequest request) throws FirewallException {
    Element element = new Element(request);
    element.renew();
    return element;
  }

  private final class Element implements Pinhole {
    private final InetSocketAddress own;
    private final Duration lease;
    private final String key;

    Element(PinholeRequest request) {
      this.own = request.own();
      this.lease = request.lease();
      this.key =
          String.join(
              " . ",
              IpText.of(request.peer()),
              request.peerPort().isPresent()
                  ? String.valueOf(request.peerPort().getAsInt())
                  : ANY_PORT,
              String.valueOf(request.protocol().number()),
              IpText.of(request.ownAddress()),
              String.valueOf(request.own().getPort()));
    }

    @Override
    public Duration lease() {
      return lease;
    }

    @Override
    public InetSocketAddress outside() {
      return own;
    }

    @Override
    public void renew() throws FirewallException {
      nft.run(FRAME + removed() + added(), "-f", "-");
    }

    @Override
    public void close() throws FirewallException {
      nft.run(FRAME + removed(), "-f", "-");
    }

    /** To delete what is not there would be an error, so it is added first. */
    private String removed() {
      return added() + "delete element " + SET + " { " + key + " }\n";
    }

    private String added() {
      return "add element " + SET + " { " + key + " timeout " + lease.toSeconds() + "s }\n";
    }
  }
}
