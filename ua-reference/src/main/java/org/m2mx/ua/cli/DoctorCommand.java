package org.m2mx.ua.cli;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.m2mx.ua.ServerConnection;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.doctor.Examination;
import org.m2mx.ua.doctor.Finding;
import org.m2mx.ua.doctor.GatewayExamination;
import org.m2mx.ua.doctor.KnockingServer;
import org.m2mx.ua.doctor.TunnelExamination;
import org.m2mx.ua.firewall.FirewallPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code m2mx-ua doctor}. */
@Command(
    name = "doctor",
    description = "Finds out what stands in the way of calls.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Looks at the account, the server, its certificate, this machine's address and",
      "clock, the password, and the firewalls that open holes, and has each open some",
      "and close them; and for the IKE daemon that opens tunnels. What gets in, by a",
      "hole and without, is tried from outside by the server, if it does that. A line",
      "each on standard output: ok, warn or fail, what was looked at, what was seen, and",
      "what to do about it. Exits with 22 if anything failed.",
      "",
      "Examples:",
      "  m2mx-ua doctor",
      "  m2mx-ua doctor --account video.json --firewall igd --json",
    })
final class DoctorCommand implements Callable<Integer> {
  /** A server that has refused the password need not be asked whether it knocks. */
  private static final KnockingServer NOT_REGISTERED =
      (protocol, port, token) ->
          CompletableFuture.failedFuture(
              new UserAgentException(
                  UserAgentException.Reason.AUTHENTICATION,
                  "the server knocks for those who are registered",
                  "Have the credential right first"));

  private final Terminal terminal;
  private boolean failed;

  @Mixin private AccountOptions account = new AccountOptions();

  @Mixin private FirewallOptions firewall = new FirewallOptions();

  @Mixin private IkeOptions ike = new IkeOptions();

  DoctorCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws InterruptedException {
    FirewallPolicy policy = firewall.policy();
    try (UserAgent userAgent =
        account.open(terminal, FirewallPolicy.NO_HOLES, new UserAgentListener() {})) {
      tell(Finding.ok("account", "it can be read"));
      // Before the user agent is closed, lest that be taken for a finding.
      terminal.interruptibly(() -> examine(userAgent, policy));
    } catch (UserAgentException e) {
      tell(Finding.failed("account", e));
    }
    if (terminal.isInterrupted()) {
      return ExitCode.of(UserAgentException.Reason.INTERRUPTED);
    }
    return failed ? ExitCode.CHECK_FAILED : ExitCode.OK;
  }

  private void examine(UserAgent userAgent, FirewallPolicy policy)
      throws UserAgentException, InterruptedException {
    Optional<Examination.Reached> reached =
        new Examination(Clock.systemUTC(), this::tell).signalling(userAgent);
    if (reached.isPresent()) {
      ServerConnection connection = reached.get().connection();
      new GatewayExamination(
              policy,
              reached.get().registered() ? userAgent::requestKnock : NOT_REGISTERED,
              this::tell)
          .run(connection.localAddress().getAddress(), connection.serverAddress().getAddress());
    }
    new TunnelExamination(this::tell).run(ike.charon());
  }

  private void tell(Finding finding) {
    if (terminal.isInterrupted()) {
      // What goes wrong when it is stopped says nothing about calls.
      return;
    }
    failed |= finding.verdict() == Finding.Verdict.FAIL;
    String remedy = finding.remedy().map(text -> ". " + text + ".").orElse("");
    terminal.result(
        Event.of(
                Event.Kind.FINDING,
                String.format(
                        "%-4s  %-10s  %s", finding.verdict(), finding.subject(), finding.text())
                    + remedy)
            .with("subject", finding.subject())
            .with("verdict", finding.verdict())
            .with("text", finding.text())
            .with("remedy", finding.remedy()));
  }
}
