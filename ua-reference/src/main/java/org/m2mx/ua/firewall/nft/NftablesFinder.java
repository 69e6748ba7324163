package org.m2mx.ua.firewall.nft;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;
import org.m2mx.ua.firewall.FirewallControl;
import org.m2mx.ua.firewall.FirewallException;
import org.m2mx.ua.firewall.FirewallFinder;

/** Finds nftables on this machine, if its rules leave room for holes. */
public final class NftablesFinder implements FirewallFinder {
  private static final System.Logger LOG = System.getLogger(NftablesFinder.class.getName());
  private static final Pattern ACCEPTS_MARK =
      Pattern.compile("meta mark " + NftablesControl.MARK + " .*accept");
  private static final Pattern DROPS_INPUT =
      Pattern.compile("hook input priority [^;]*; policy drop");

  private final Nft nft;

  /** Looks at this machine. */
  public NftablesFinder() {
    this(Nft.ofSystem());
  }

  /** Looks elsewhere. */
  NftablesFinder(Nft nft) {
    this.nft = nft;
  }

  @Override
  public String method() {
    return "nftables";
  }

  @Override
  public Optional<FirewallControl> find(InetAddress own) throws FirewallException {
    if (!(own instanceof Inet6Address)) {
      return Optional.empty();
    }
    String rules;
    try {
      rules = nft.run("", "list", "ruleset");
    } catch (FirewallException e) {
      LOG.log(System.Logger.Level.DEBUG, "No nftables: {0}", e.getMessage());
      return Optional.empty();
    }
    if (ACCEPTS_MARK.matcher(rules).find()) {
      return Optional.of(new NftablesControl(nft));
    }
    if (DROPS_INPUT.matcher(rules).find()) {
      throw new FirewallException(
          "nftables on this machine drops input, and has no rule \"meta mark "
              + NftablesControl.MARK
              + " accept\" for holes");
    }
    return Optional.empty();
  }
}
