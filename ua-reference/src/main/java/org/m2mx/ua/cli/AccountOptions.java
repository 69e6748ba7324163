package org.m2mx.ua.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Registration;
import org.m2mx.ua.Session;
import org.m2mx.ua.Timing;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.UserAgentListener;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.firewall.FirewallNotice;
import org.m2mx.ua.firewall.FirewallPolicy;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.net.SourceAddress;
import org.m2mx.ua.sdp.Fingerprint;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that say who the user agent is. */
final class AccountOptions {
  private static final String SUFFIX = ".json";

  @Option(
      names = "--account",
      paramLabel = "FILE",
      description = "The account file that the ISP issued (default: ~/.config/m2mx/account.json).")
  private Path account =
      Path.of(System.getProperty("user.home"), ".config", "m2mx", "account.json");

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description =
          "Where the device's key and certificate are kept, made at first use"
              + " (default: the account file's name with .device in place of .json).")
  private Path state;

  @Mixin private OutputOptions output = new OutputOptions();

  AccountOptions() {}

  /** Options for an account file that was not given on the command line. */
  AccountOptions(Path account) {
    this.account = account;
  }

  Path path() {
    return account;
  }

  Account readAccount() throws UserAgentException {
    if (Files.notExists(account)) {
      throw new UserAgentException(
          Reason.ACCOUNT_FILE,
          "The account file " + account + " does not exist",
          "Make it of what the ISP issued with m2mx-ua account import, or give another with"
              + " --account FILE");
    }
    return AccountFile.read(account);
  }

  /** Opens the user agent, which ends when the user stops the command. */
  UserAgent open(Terminal terminal, FirewallPolicy holes, UserAgentListener listener)
      throws UserAgentException {
    return open(terminal, holes, new Charon(Charon.SOCKET), listener);
  }

  /** Opens a user agent that may have tunnels opened by an IKE daemon. */
  UserAgent open(Terminal terminal, FirewallPolicy holes, Charon charon, UserAgentListener listener)
      throws UserAgentException {
    Account read = readAccount();
    AccountFile.exposure(account).ifPresent(warning -> terminal.tell(warning(warning)));
    Device device = openDevice();
    UserAgent userAgent =
        new UserAgent(
            read,
            device,
            charon,
            Timing.DEFAULT,
            Clock.systemUTC(),
            SourceAddress.ofSystem(),
            holes,
            listener);
    terminal.onInterrupt(userAgent::close);
    return userAgent;
  }

  Device openDevice() throws UserAgentException {
    return Device.open(deviceFolder(), Clock.systemUTC());
  }

  private Path deviceFolder() {
    if (state != null) {
      return state;
    }
    String name = account.getFileName().toString();
    String stem = name.endsWith(SUFFIX) ? name.substring(0, name.length() - SUFFIX.length()) : name;
    return account.resolveSibling(stem + ".device");
  }

  private static Event warning(String text) {
    return Event.of(Event.Kind.WARNING, "warning: " + text).with("message", text);
  }

  /** Tells on standard error what a user agent does by itself. */
  static class Progress implements UserAgentListener {
    private final Terminal terminal;

    Progress(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public void registered(Registration registration) {
      terminal.tell(
          registration(
              registration,
              "registered "
                  + registration.aor()
                  + " at "
                  + IpText.of(registration.localAddress())
                  + " over "
                  + registration.tlsProtocol()
                  + " for "
                  + registration.expires().toSeconds()
                  + " s"));
    }

    @Override
    public void unreachable(UserAgentException cause, Duration retry) {
      double seconds = retry.toMillis() / 1000.0;
      terminal.tell(
          Event.of(
                  Event.Kind.UNREACHABLE,
                  "not registered: "
                      + cause.getMessage()
                      + " Trying again in "
                      + String.format(Locale.ROOT, "%.1f", seconds)
                      + " s")
              .with("reason", cause.reason())
              .with("message", cause.getMessage())
              .with("retryIn", seconds));
    }

    @Override
    public void progress(Aor callee, int status) {
      if (status == 180) {
        terminal.tell(Event.of(Event.Kind.RINGING, "ringing").with("callee", callee));
      }
    }

    @Override
    public void firstMet(Aor peer, Fingerprint fingerprint) {
      terminal.tell(
          Event.of(
                  Event.Kind.PEER_MET,
                  "met "
                      + peer
                      + " for the first time; its certificate will be remembered: "
                      + fingerprint)
              .with("peer", peer)
              .with("fingerprint", fingerprint));
    }

    @Override
    public void interrupted(Session session, IOException cause) {
      terminal.tell(
          Event.of(
                  Event.Kind.INTERRUPTED,
                  "session with "
                      + session.peer()
                      + " has lost its connection ("
                      + cause.getMessage()
                      + "), and asks for another")
              .with("peer", session.peer())
              .with("callId", session.callId())
              .with("message", cause.getMessage()));
    }

    @Override
    public void moved(Session session) {
      DataChannel channel = session.channel();
      terminal.tell(
          Event.of(
                  Event.Kind.MOVED,
                  "session with "
                      + session.peer()
                      + " goes on from "
                      + IpText.of(channel.localAddress())
                      + " to "
                      + IpText.of(channel.remoteAddress()))
              .with("peer", session.peer())
              .with("callId", session.callId())
              .with("local", IpText.of(channel.localAddress()))
              .with("remote", IpText.of(channel.remoteAddress())));
    }

    @Override
    public void followsLater(Session session, UserAgentException cause, Duration retry) {
      terminal.tell(
          Event.of(
                  Event.Kind.RETRYING,
                  String.format(
                      "session with %s does not follow yet: %s Trying again in %.1f s",
                      session.peer(), cause.getMessage(), retry.toMillis() / 1000.0))
              .with("reason", cause.reason())
              .with("message", cause.getMessage())
              .with("retryIn", retry.toMillis() / 1000.0));
    }

    @Override
    public void notMoved(Session session, UserAgentException cause) {
      terminal.tell(
          warning("session with " + session.peer() + " does not follow: " + cause.getMessage()));
    }

    @Override
    public void firewall(FirewallNotice notice) {
      terminal.tell(
          Event.of(Event.Kind.FIREWALL, notice.text())
              .with("what", notice.kind())
              .with("message", notice.text()));
    }
  }

  /** A registration with all its facts. */
  static Event registration(Registration registration, String text) {
    return Event.of(Event.Kind.REGISTERED, text)
        .with("aor", registration.aor())
        .with("contact", registration.contact())
        .with("local", IpText.of(registration.localAddress()))
        .with("server", IpText.of(registration.serverAddress()))
        .with("tls", registration.tlsProtocol())
        .with("cipherSuite", registration.tlsCipherSuite())
        .with("expires", registration.expires().toSeconds());
  }
}
