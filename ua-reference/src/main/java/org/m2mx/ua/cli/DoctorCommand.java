package org.m2mx.ua.cli;

import java.time.Clock;
import java.util.concurrent.Callable;
import org.m2mx.ua.ServerConnection;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.doctor.Examination;
import org.m2mx.ua.doctor.Finding;
import org.m2mx.ua.doctor.GatewayExamination;
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
      "clock, the password, and the firewalls that open holes, and has each open one",
      "and close it; and for the IKE daemon that opens tunnels. A line each on standard",
      "output: ok, warn or fail, what was looked at, what was seen, and what to do about",
      "it. Exits with 22 if anything failed.",
      "Whether a hole lets a peer in can be seen from outside only: make a call.",
      "",
      "Examples:",
      "  m2mx-ua doctor",
      "  m2mx-ua doctor --account video.json --firewall igd --json",
    })
final class DoctorCommand implements Callable<Integer> {
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
      Examination examination = new Examination(Clock.systemUTC(), this::tell);
      examination.signalling(userAgent).ifPresent(connection -> gateway(policy, connection));
      new TunnelExamination(this::tell).run(ike.charon());
    } catch (UserAgentException e) {
      tell(Finding.failed("account", e));
    }
    return failed ? ExitCode.CHECK_FAILED : ExitCode.OK;
  }

  private void gateway(FirewallPolicy policy, ServerConnection connection) {
    new GatewayExamination(policy, this::tell)
        .run(connection.localAddress().getAddress(), connection.serverAddress().getAddress());
  }

  private void tell(Finding finding) {
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
