package org.m2mx.console.text;

import static java.util.stream.Collectors.joining;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Named;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * IPv6 addresses as people write them (RFC 5952, section 4), where Java writes all eight groups.
 */
@Named
@ApplicationScoped
public class Addresses {
  private static final int GROUPS = 8;
  private static final int HEXADECIMAL = 16;
  private static final Pattern IN_FULL =
      Pattern.compile("(?<![0-9A-Fa-f:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![0-9A-Fa-f:])");

  /**
   * A text with every IPv6 address in it shortened; whatever stands beside one, such as a port or a
   * prefix length, stays.
   *
   * @param text null or empty for none
   */
  public String text(Object text) {
    return text == null
        ? ""
        : IN_FULL.matcher(text.toString()).replaceAll(found -> shortened(found.group()));
  }

  private static String shortened(String address) {
    var groups =
        Pattern.compile(":")
            .splitAsStream(address)
            .mapToInt(group -> Integer.parseInt(group, HEXADECIMAL))
            .toArray();
    var begin = 0;
    var length = 0;
    for (int i = 0; i < GROUPS; i++) {
      var zeros = zeros(groups, i);
      if (zeros > length) {
        begin = i;
        length = zeros;
      }
    }
    // A single zero is not worth the colons.
    return length < 2
        ? text(groups, 0, GROUPS)
        : text(groups, 0, begin) + "::" + text(groups, begin + length, GROUPS);
  }

  private static int zeros(int[] groups, int from) {
    var end = from;
    while (end < GROUPS && groups[end] == 0) {
      end++;
    }
    return end - from;
  }

  private static String text(int[] groups, int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> Integer.toHexString(groups[i]))
        .collect(joining(":"));
  }
}
