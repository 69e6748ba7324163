package org.m2mx.ua.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.forward.ForwardException;
import org.m2mx.ua.forward.PortForward;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.DataProtocol;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code m2mx-ua forward}. */
@Command(
    name = "forward",
    description = "Makes ports of a peer reachable on this machine.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The peer runs m2mx-ua listen --expose and decides which of its ports can be",
      "reached. When the session breaks, the command calls again until Ctrl-C.",
      "",
      "Examples:",
      "  m2mx-ua listen --expose 80                          at the camera",
      "  m2mx-ua forward 8080:80 sip:camera@m2m-x.example    then open localhost:8080",
    })
final class ForwardCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Spec private CommandSpec spec;

  @Mixin private AccountOptions account = new AccountOptions();

  @Mixin private FirewallOptions firewall = new FirewallOptions();

  @Mixin private ProtocolOptions protocol = new ProtocolOptions();

  @Parameters(
      paramLabel = "LOCAL:REMOTE... CALLEE",
      arity = "1",
      hideParamSyntax = true,
      description = "This machine's port and the peer's, and whose, sip:user@domain.")
  private List<String> arguments;

  @Option(
      names = "--bind",
      paramLabel = "ADDRESS",
      description =
          "The address of this machine to listen on (default: loopback, so that others on the"
              + " network cannot use it).")
  private InetAddress bind;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to let it ring (default: ${DEFAULT-VALUE}).")
  private int timeout;

  ForwardCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws UserAgentException, InterruptedException {
    if (arguments.size() < 2) {
      throw new ParameterException(
          spec.commandLine(), "give ports, such as 8080:80, and whose they are, sip:user@domain");
    }
    Aor callee;
    List<PortMapping> mappings;
    try {
      callee = Aor.parse(arguments.get(arguments.size() - 1));
      mappings =
          arguments.subList(0, arguments.size() - 1).stream().map(PortMapping::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    requireDistinct(mappings);
    if (timeout < 1) {
      throw new ParameterException(spec.commandLine(), "--timeout must be 1 or more");
    }
    try (UserAgent userAgent =
            account.open(
                terminal,
                firewall.policy(),
                protocol.charon(),
                new AccountOptions.Progress(terminal));
        PortForward forward = new PortForward()) {
      List<DataProtocol> protocols = protocol.streamsOf(userAgent);
      for (PortMapping mapping : mappings) {
        listen(forward, mapping, callee);
      }
      userAgent.register();
      carry(userAgent, callee, protocols, forward);
    }
    return ExitCode.OK;
  }

  private void requireDistinct(List<PortMapping> mappings) {
    Set<Integer> taken = new HashSet<>();
    for (PortMapping mapping : mappings) {
      if (mapping.local() != 0 && !taken.add(mapping.local())) {
        throw new ParameterException(
            spec.commandLine(), "port " + mapping.local() + " of this machine is given twice");
      }
    }
  }

  private void listen(PortForward forward, PortMapping mapping, Aor callee)
      throws UserAgentException {
    int port = mapping.local();
    boolean heard = false;
    IOException failure = null;
    for (InetAddress address : bind == null ? PortForward.loopback() : List.of(bind)) {
      try {
        InetSocketAddress own =
            forward.listen(new InetSocketAddress(address, port), mapping.remote());
        port = own.getPort();
        heard = true;
        terminal.result(
            Event.of(
                    Event.Kind.FORWARDING,
                    IpText.of(own) + " -> port " + mapping.remote() + " of " + callee)
                .with("local", IpText.of(own))
                .with("peer", callee)
                .with("port", mapping.remote()));
      } catch (IOException e) {
        // A machine may have one kind of loopback address only.
        failure = e;
      }
    }
    if (!heard) {
      throw new UserAgentException(
          Reason.DATA_CHANNEL,
          "Port "
              + port
              + (bind == null ? " of this machine" : " of " + IpText.of(bind))
              + " cannot be had ("
              + failure.getMessage()
              + ")",
          "Give another than "
              + port
              + ", or 0 for a free one"
              + (bind == null ? "" : ", and with --bind an address of this machine"),
          failure);
    }
  }

  /** The first call must succeed; from then on, one that breaks off is made again. */
  private void carry(
      UserAgent userAgent, Aor callee, List<DataProtocol> protocols, PortForward forward)
      throws UserAgentException, InterruptedException {
    Redial redial = new Redial(terminal);
    boolean stood = false;
    while (!terminal.isInterrupted()) {
      terminal.tell(Event.of(Event.Kind.CALLING, "calling " + callee).with("callee", callee));
      try (Session session = userAgent.call(callee, Duration.ofSeconds(timeout), protocols)) {
        stood = true;
        redial.succeeded();
        carry(session, forward);
        terminal.tell(Piping.ended(session));
        throw new UserAgentException(
            Reason.DATA_CHANNEL, "The session with " + callee + " has ended", "See there why");
      } catch (UserAgentException e) {
        if (terminal.isInterrupted()) {
          return;
        }
        if (!stood || !Redial.mayHelp(e)) {
          throw e;
        }
        redial.await(e);
      }
    }
  }

  /**
   * When a side moves, the connections of the moment break off, and others can be made. To be
   * connected is to take connections; that it goes on elsewhere is told otherwise.
   */
  private void carry(Session session, PortForward forward)
      throws UserAgentException, InterruptedException {
    DataChannel channel = Piping.stream(session);
    AtomicBoolean told = new AtomicBoolean();
    Runnable ready =
        () -> {
          if (told.compareAndSet(false, true)) {
            terminal.tell(Piping.connected(session));
          }
        };
    while (true) {
      try {
        forward.carry(
            channel.input(),
            channel.output(),
            channel::abort,
            new Connections(terminal, session.peer(), ready));
        return;
      } catch (ForwardException e) {
        throw ExposeService.failure(e, "Have the peer use m2mx-ua listen --expose");
      } catch (IOException e) {
        channel = Piping.next(session, channel, e);
      }
    }
  }
}
