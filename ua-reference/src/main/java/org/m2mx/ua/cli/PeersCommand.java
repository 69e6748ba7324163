package org.m2mx.ua.cli;

import java.util.Locale;
import java.util.concurrent.Callable;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.KnownPeer;
import org.m2mx.ua.sdp.Fingerprint;
import org.m2mx.ua.sdp.SdpException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua peers}: the certificates by which this device knows its peers. */
@Command(
    name = "peers",
    description = "Lists, accepts and forgets the certificates by which peers are known.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(list | accept | forget)",
    footer = {
      "",
      "A peer's certificate is remembered when it is first met. A call in which it",
      "shows another one is ended, whatever the server says, until that one is",
      "accepted. A name may have several: one for each of its devices.",
      "",
      "Examples:",
      "  m2mx-ua peers list",
      "  m2mx-ua peers accept sip:video@m2m-x.example AB:CD:...",
      "  m2mx-ua peers forget sip:video@m2m-x.example",
    })
final class PeersCommand {
  private PeersCommand() {}

  static CommandLine create(Terminal terminal) {
    return new CommandLine(new PeersCommand())
        .addSubcommand(new ListCommand(terminal))
        .addSubcommand(new AcceptCommand(terminal))
        .addSubcommand(new ForgetCommand(terminal));
  }

  /** A peer's name, as an argument. */
  static final class PeerArgument {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "PEER", description = "The peer, sip:user@domain.")
    private String peer;

    Aor aor() {
      try {
        return Aor.parse(peer);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), e.getMessage(), e);
      }
    }

    /** Reads a fingerprint as it is shown, with or without {@code SHA-256} in front. */
    Fingerprint fingerprint(String text) {
      String hex = text.toUpperCase(Locale.ROOT).replaceFirst("^SHA-256[ :]", "");
      try {
        Fingerprint fingerprint = Fingerprint.parse(Fingerprint.SHA_256 + " " + hex);
        if (fingerprint.octets() == Fingerprint.SHA_256_OCTETS) {
          return fingerprint;
        }
      } catch (SdpException e) {
        throw new ParameterException(spec.commandLine(), wrong(text), e);
      }
      throw new ParameterException(spec.commandLine(), wrong(text));
    }

    private static String wrong(String text) {
      return "\"" + text + "\" is not a SHA-256 fingerprint, which is 32 octets such as AB:CD:…";
    }
  }

  @Command(
      name = "list",
      description = "Lists them on standard output: name, hash, fingerprint, since when.",
      mixinStandardHelpOptions = true,
      footer = {"", "Example:", "  m2mx-ua peers list --account video.json"})
  private static final class ListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private AccountOptions account = new AccountOptions();

    ListCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException {
      for (KnownPeer peer : account.openDevice().peers().list()) {
        terminal.result(
            Event.of(Event.Kind.PEER, peer.aor() + " " + peer.fingerprint() + " " + peer.since())
                .with("peer", peer.aor())
                .with("fingerprint", peer.fingerprint())
                .with("since", peer.since()));
      }
      return ExitCode.OK;
    }
  }

  @Command(
      name = "accept",
      description = "Accepts a certificate, beside those that the peer is known by.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The fingerprint comes from the peer's owner, by other means than the call that was",
        "refused: who could change the one could change the other.",
        "",
        "Example:",
        "  m2mx-ua peers accept sip:video@m2m-x.example AB:CD:...",
      })
  private static final class AcceptCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private AccountOptions account = new AccountOptions();

    @Mixin private PeerArgument peer = new PeerArgument();

    @Parameters(
        index = "1",
        paramLabel = "FINGERPRINT",
        description = "The certificate's, by SHA-256, as the refusal has shown it.")
    private String fingerprint;

    AcceptCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException {
      Fingerprint accepted = peer.fingerprint(fingerprint);
      boolean news = account.openDevice().peers().accept(peer.aor(), accepted);
      terminal.tell(
          Event.of(
                  Event.Kind.PEER_ACCEPTED,
                  (news ? "accepted " : "known already: ") + peer.aor() + " with " + accepted)
              .with("peer", peer.aor())
              .with("fingerprint", accepted)
              .with("already", !news));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "forget",
      description = "Forgets a peer's certificates, or one of them.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The next call with the peer meets it for the first time.",
        "",
        "Examples:",
        "  m2mx-ua peers forget sip:video@m2m-x.example",
        "  m2mx-ua peers forget --only AB:CD:... sip:video@m2m-x.example",
      })
  private static final class ForgetCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private AccountOptions account = new AccountOptions();

    @Mixin private PeerArgument peer = new PeerArgument();

    @Option(
        names = "--only",
        paramLabel = "FINGERPRINT",
        description = "The one certificate to forget, by SHA-256 (default: all of the peer's).")
    private String only;

    ForgetCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException {
      boolean known =
          only == null
              ? account.openDevice().peers().forget(peer.aor())
              : account.openDevice().peers().forget(peer.aor(), peer.fingerprint(only));
      terminal.tell(
          Event.of(Event.Kind.PEER_FORGOTTEN, (known ? "forgot " : "did not know ") + peer.aor())
              .with("peer", peer.aor())
              .with("already", !known));
      return ExitCode.OK;
    }
  }
}
