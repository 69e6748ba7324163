package org.m2mx.registry.binding;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Tells whether two instance-ids are of the same user agent: they are URNs, and equal as those are
 * (RFC 5626 section 4.1, RFC 8141 section 3.1).
 */
public final class InstanceId {
  /** What is the same in capital and small letters: of a UUID (RFC 9562 section 4) all of it. */
  private static final Pattern CASELESS =
      Pattern.compile("^urn:(uuid:.*|[^:]*:)", Pattern.CASE_INSENSITIVE);

  private InstanceId() {}

  /**
   * One text for all spellings of an instance-id.
   *
   * @param instanceId as the user agent gave it, without quotes and angle brackets; not null
   */
  public static String normalise(String instanceId) {
    var caseless = CASELESS.matcher(instanceId);
    return caseless.find()
        ? caseless.group().toLowerCase(Locale.ROOT) + instanceId.substring(caseless.end())
        : instanceId;
  }
}
