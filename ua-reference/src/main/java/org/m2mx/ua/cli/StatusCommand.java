package org.m2mx.ua.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.m2mx.ua.Aor;
import org.m2mx.ua.RegisteredDevice;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.device.KnownPeer;
import org.m2mx.ua.firewall.FirewallPolicy;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua status}. */
@Command(
    name = "status",
    description = "Tells which devices the account has on line, and which peers are there.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "A line each on standard output: the devices that are registered under the",
      "account's name, then the peers, online or offline, or unknown: the server does",
      "not say whether such a peer does not exist or has not permitted this account to",
      "call it. Registers nothing itself, so that a listen that runs is left alone.",
      "",
      "Examples:",
      "  m2mx-ua status                                    the peers that are known",
      "  m2mx-ua status sip:video@m2m-x.example --json",
    })
final class StatusCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private AccountOptions account = new AccountOptions();

  @Parameters(
      paramLabel = "PEER",
      arity = "0..*",
      description =
          "Whose presence to ask for, sip:user@domain (default: all whose certificate is known,"
              + " see m2mx-ua peers list).")
  private List<String> peers = List.of();

  StatusCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    List<Aor> named = named();
    try (UserAgent userAgent =
        account.open(terminal, FirewallPolicy.NO_HOLES, new AccountOptions.Progress(terminal))) {
      userAgent.connect();
      devices(userAgent);
      for (Aor peer : named.isEmpty() ? known() : named) {
        terminal.result(presence(userAgent, peer));
      }
    }
    return ExitCode.OK;
  }

  private List<Aor> named() {
    List<Aor> named = new ArrayList<>();
    for (String peer : peers) {
      try {
        named.add(Aor.parse(peer));
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }
    return named;
  }

  private List<Aor> known() throws UserAgentException {
    return account.openDevice().peers().list().stream().map(KnownPeer::aor).distinct().toList();
  }

  private void devices(UserAgent userAgent) throws UserAgentException, InterruptedException {
    Aor own = account.readAccount().aor();
    List<RegisteredDevice> devices = userAgent.registeredDevices();
    if (devices.isEmpty()) {
      terminal.result(
          Event.of(Event.Kind.STATUS, own + " is not registered")
              .with("aor", own)
              .with("registered", false));
    }
    for (RegisteredDevice device : devices) {
      terminal.result(
          Event.of(
                  Event.Kind.STATUS,
                  own
                      + " is registered at "
                      + device.contact()
                      + " for "
                      + device.expires().toSeconds()
                      + " s by "
                      + (device.isThisDevice() ? "this device" : "another device"))
              .with("aor", own)
              .with("registered", true)
              .with("contact", device.contact())
              .with("expires", device.expires().toSeconds())
              .with("thisDevice", device.isThisDevice()));
    }
  }

  private Event presence(UserAgent userAgent, Aor peer)
      throws UserAgentException, InterruptedException {
    String state;
    try {
      state = userAgent.presence(peer).name().toLowerCase(Locale.ROOT);
    } catch (UserAgentException e) {
      if (e.reason() != Reason.USER_UNKNOWN) {
        throw e;
      }
      state = "unknown";
    }
    return Event.of(Event.Kind.PRESENCE, peer + " is " + state)
        .with("peer", peer)
        .with("state", state);
  }
}
