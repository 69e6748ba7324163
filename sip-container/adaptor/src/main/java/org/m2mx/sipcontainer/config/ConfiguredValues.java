package org.m2mx.sipcontainer.config;

import static java.util.stream.Collectors.joining;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Values as somebody wrote them, read as what they are meant to be.
 *
 * @param source maps a key to its value
 */
record ConfiguredValues(Function<String, Optional<String>> source) {
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_*]([A-Za-z0-9_.-]*[A-Za-z0-9_])?");

  /** A value without the blanks around it; empty when nothing is left. */
  Optional<String> text(String key) {
    return source.apply(key).map(String::strip).filter(value -> !value.isEmpty());
  }

  /** A value to the letter. */
  Optional<String> secret(String key) {
    return source.apply(key);
  }

  /**
   * The elements of a comma list, each once.
   *
   * @param expected of each element, in words
   * @return empty only when the key has no value
   * @throws InvalidSettingException when there is a value that names nothing
   */
  List<String> list(String key, String expected) {
    return list(key, expected, element -> true);
  }

  /**
   * The elements of a comma list, each once.
   *
   * @param expected of each element, in words
   * @param allowed whether an element is that
   * @return empty only when the key has no value
   * @throws InvalidSettingException when an element is not allowed, or a value names nothing
   */
  List<String> list(String key, String expected, Predicate<String> allowed) {
    Optional<String> value = text(key);
    if (value.isEmpty()) {
      return List.of();
    }
    List<String> elements =
        Arrays.stream(value.get().split(","))
            .map(String::strip)
            .filter(element -> !element.isEmpty())
            .distinct()
            .toList();
    if (elements.isEmpty()) {
      throw new InvalidSettingException(
          key,
          value.get(),
          "names nothing, expected %s; or leave it out for the default".formatted(expected));
    }
    for (String element : elements) {
      if (!allowed.test(element)) {
        throw new InvalidSettingException(key, element, "expected " + expected);
      }
    }
    return elements;
  }

  /** A comma list out of what is allowed; all of that when the key has no value. */
  List<String> subset(String key, List<String> allowed) {
    List<String> chosen = list(key, "one of " + String.join(", ", allowed), allowed::contains);
    return chosen.isEmpty() ? allowed : chosen;
  }

  /** A whole number from the least to the most. */
  int integer(String key, int otherwise, int least, int most) {
    Optional<String> value = text(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    String problem = "expected a whole number between %d and %d".formatted(least, most);
    try {
      int number = Integer.parseInt(value.get());
      if (number < least || number > most) {
        throw new InvalidSettingException(key, number, problem);
      }
      return number;
    } catch (NumberFormatException e) {
      throw new InvalidSettingException(key, value.get(), problem, e);
    }
  }

  /** A whole number of seconds from the least to the most. */
  Duration seconds(String key, int otherwise, int least, int most) {
    return Duration.ofSeconds(integer(key, otherwise, least, most));
  }

  /** A file or folder, which need not exist. */
  Optional<Path> path(String key) {
    return text(key)
        .map(
            value -> {
              try {
                return Path.of(value);
              } catch (InvalidPathException e) {
                throw new InvalidSettingException(key, value, "expected the path of a file", e);
              }
            });
  }

  /** One of an enumeration's constants, in any case of letters. */
  <E extends Enum<E>> E choice(String key, E otherwise) {
    Optional<String> value = text(key);
    if (value.isEmpty()) {
      return otherwise;
    }
    E[] constants = otherwise.getDeclaringClass().getEnumConstants();
    return Arrays.stream(constants)
        .filter(constant -> constant.name().equalsIgnoreCase(value.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidSettingException(
                    key,
                    value.get(),
                    Arrays.stream(constants)
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .collect(joining(", ", "expected one of ", ""))));
  }

  /** Whether something can be the name or the address of a host; nobody is asked. */
  static boolean isHost(String text) {
    return AddressText.isLiteral(text)
        ? AddressText.literal(text).isPresent()
        : NAME.matcher(text).matches();
  }
}
