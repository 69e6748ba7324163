package org.m2mx.ua.cli;

import java.util.Arrays;
import java.util.List;
import org.m2mx.ua.sdp.DataProtocol;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The option that says what the data channel may speak. */
final class ProtocolOptions {
  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      split = ",",
      converter = Converter.class,
      defaultValue = "tcp-tls,udp-dtls",
      description =
          "What the data channel may speak, the best first: tcp-tls (a stream), udp-dtls (packets)"
              + " (default: ${DEFAULT-VALUE}).")
  private List<DataProtocol> protocols;

  /** Returns them, each once. */
  List<DataProtocol> protocols() {
    return protocols.stream().distinct().toList();
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
