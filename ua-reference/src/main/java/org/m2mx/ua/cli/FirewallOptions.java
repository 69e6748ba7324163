package org.m2mx.ua.cli;

import java.time.Clock;
import java.time.Duration;
import org.m2mx.ua.FirewallMethod;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.firewall.SourceRestriction;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options that say which holes to open in this side's firewall. */
final class FirewallOptions {
  private static final int SHORTEST_LEASE = 5;
  private static final int LONGEST_LEASE = 120;

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--firewall",
      paramLabel = "METHOD",
      defaultValue = "auto",
      description =
          "How to have this side's firewall let the peer in: igd (UPnP), pcp, nft (nftables on"
              + " this machine), none, or auto, which takes of what it finds what restricts the"
              + " hole most tightly (default: ${DEFAULT-VALUE}). Where the only way is IPv4 and a"
              + " gateway translates addresses, it is asked to lend a port: by pcp or nat-pmp."
              + " These two cannot name the peer: their hole is one port by one protocol, for"
              + " anybody.")
  private FirewallMethod method;

  @Option(
      names = "--strict-firewall",
      description =
          "Give a call up rather than open a hole that lets in others than the peer's address:"
              + " none by pcp or nat-pmp, and so none for IPv4 that a gateway translates.")
  private boolean strict;

  @Option(
      names = "--lease",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description =
          "How long a hole stays open when this program dies, 5 to 120; it is renewed at half of"
              + " that (default: ${DEFAULT-VALUE}).")
  private int lease;

  /** Returns what the options say. */
  FirewallPolicy policy() {
    if (lease < SHORTEST_LEASE || lease > LONGEST_LEASE) {
      throw new ParameterException(
          spec.commandLine(),
          "--lease must be " + SHORTEST_LEASE + " to " + LONGEST_LEASE + " seconds");
    }
    return new FirewallPolicy(
        method.finders(Clock.systemUTC()),
        strict ? SourceRestriction.PEER_ADDRESS : SourceRestriction.ANY_SOURCE,
        Duration.ofSeconds(lease));
  }
}
