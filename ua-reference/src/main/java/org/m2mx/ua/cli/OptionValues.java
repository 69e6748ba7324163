package org.m2mx.ua.cli;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.m2mx.ua.FirewallMethod;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Reads what options are given, and says in plain words why it cannot. */
final class OptionValues {
  private OptionValues() {}

  /** Has a command, and all below it, read its options so. */
  static CommandLine addTo(CommandLine command) {
    return command
        .registerConverter(int.class, OptionValues::number)
        .registerConverter(Integer.class, OptionValues::number)
        .registerConverter(Path.class, OptionValues::path)
        .registerConverter(InetAddress.class, OptionValues::address)
        .registerConverter(FirewallMethod.class, OptionValues::method);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'" + text + "' is not a whole number of at most " + Integer.MAX_VALUE);
    }
  }

  /** An empty name would be the current folder, which nobody means who has forgotten a variable. */
  private static Path path(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("it is empty");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new TypeConversionException("'" + text + "' cannot be the name of a file");
    }
  }

  private static InetAddress address(String text) {
    if (text.isBlank()) {
      throw new TypeConversionException("it is empty");
    }
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new TypeConversionException("'" + text + "' is not an address, nor known to have one");
    }
  }

  private static FirewallMethod method(String text) {
    List<FirewallMethod> all = Arrays.asList(FirewallMethod.values());
    return all.stream()
        .filter(method -> method.toString().equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new TypeConversionException("'" + text + "' is none of " + all));
  }
}
