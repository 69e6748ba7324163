package org.m2mx.ua.cli;

import java.util.Arrays;
import java.util.List;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.DataProtocol;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options that say what the data channel may speak. */
final class ProtocolOptions {
  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      split = ",",
      converter = Converter.class,
      description =
          "What the data channel may speak, the best first: tcp-tls (a stream), udp-dtls"
              + " (packets), ike-esp-udpencap (a stream in a tunnel for IP, by strongSwan on both"
              + " sides) (default: what fits and can be had here, in this order).")
  private List<DataProtocol> protocols;

  @Mixin private IkeOptions ike = new IkeOptions();

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Returns them, each once.
   *
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if one was asked for that cannot be
   *     had
   */
  List<DataProtocol> of(UserAgent userAgent) throws UserAgentException {
    if (protocols == null) {
      return userAgent.protocols();
    }
    List<DataProtocol> chosen = protocols.stream().distinct().toList();
    userAgent.requireProtocols(chosen);
    return chosen;
  }

  /**
   * Returns those that carry streams.
   *
   * @throws ParameterException if another was asked for
   * @throws UserAgentException with reason {@code DATA_CHANNEL} if one was asked for that cannot be
   *     had
   */
  List<DataProtocol> streamsOf(UserAgent userAgent) throws UserAgentException {
    requireStreams();
    return of(userAgent).stream().filter(DataProtocol::isStream).toList();
  }

  private void requireStreams() {
    if (protocols != null && !protocols.stream().allMatch(DataProtocol::isStream)) {
      throw new ParameterException(
          command.commandLine(),
          "--protocol: a stream is needed here, which "
              + DataProtocol.TCP_TLS
              + " and "
              + DataProtocol.IKE_ESP_UDPENCAP
              + " are");
    }
  }

  /** Returns the IKE daemon that the options name. */
  Charon charon() {
    return ike.charon();
  }

  /** Reads a protocol's name. */
  static final class Converter implements ITypeConverter<DataProtocol> {
    @Override
    public DataProtocol convert(String name) {
      return Arrays.stream(DataProtocol.values())
          .filter(protocol -> protocol.toString().equalsIgnoreCase(name))
          .findFirst()
          .orElseThrow(
              () -> new TypeConversionException("\"" + name + "\" is none of " + DataProtocol.ALL));
    }
  }
}
