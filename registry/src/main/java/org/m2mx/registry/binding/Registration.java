package org.m2mx.registry.binding;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a REGISTER request asks for.
 *
 * @param callId its Call-ID, 1 to 255 characters
 * @param cseq its CSeq number, 0 to 2<sup>32</sup>-1
 * @param connection how it came
 * @param contacts the contacts to add, refresh or remove, in order; empty for a request that only
 *     asks
 */
public record Registration(
    String callId, long cseq, Connection connection, List<Contact> contacts) {
  /** The longest Call-ID, in characters. */
  public static final int MAX_CALL_ID_LENGTH = 255;

  private static final long LAST_CSEQ = 0xFFFF_FFFFL;

  /**
   * @throws IllegalArgumentException when a value is out of range; the message names it
   */
  public Registration {
    requireLength("Call-ID", callId, MAX_CALL_ID_LENGTH);
    if (cseq < 0 || cseq > LAST_CSEQ) {
      throw new IllegalArgumentException(
          "The CSeq number " + cseq + " is not in 0 to " + LAST_CSEQ);
    }
    Objects.requireNonNull(connection, "connection");
    contacts = List.copyOf(contacts);
  }

  /**
   * How a REGISTER request came, which is also the way back to the user agent.
   *
   * @param flow names the connection (RFC 5626 section 3.1), at most 255 characters; null when
   *     requests go to the contact URI instead
   * @param transport the transport in upper case, such as TLS
   * @param source the source address and port
   * @param userAgent the User-Agent header field, cut to 255 characters; null when absent
   * @param path the proxies it came through, the nearest to us first, each as a URI in angle
   *     brackets (RFC 3327), at most 4096 characters in all
   */
  public record Connection(
      String flow, String transport, String source, String userAgent, List<String> path) {
    private static final int MAX_FLOW_LENGTH = 255;
    private static final int MAX_TRANSPORT_LENGTH = 16;
    private static final int MAX_SOURCE_LENGTH = 64;
    private static final int MAX_USER_AGENT_LENGTH = 255;
    private static final int MAX_PATH_LENGTH = 4096;

    /**
     * @throws IllegalArgumentException when a value is too long; the message names it
     */
    public Connection {
      if (flow != null) {
        requireLength("flow token", flow, MAX_FLOW_LENGTH);
      }
      requireLength("transport", transport, MAX_TRANSPORT_LENGTH);
      requireLength("source address", source, MAX_SOURCE_LENGTH);
      if (userAgent != null && userAgent.length() > MAX_USER_AGENT_LENGTH) {
        userAgent = userAgent.substring(0, MAX_USER_AGENT_LENGTH);
      }
      path = List.copyOf(path);
      int length = path.stream().mapToInt(uri -> uri.length() + 1).sum();
      if (length > MAX_PATH_LENGTH) {
        throw new IllegalArgumentException(
            "The path has up to " + MAX_PATH_LENGTH + " characters, not " + length);
      }
    }

    /** A connection without proxies on the way. */
    public Connection(String flow, String transport, String source, String userAgent) {
      this(flow, transport, source, userAgent, List.of());
    }
  }

  /**
   * One contact of a REGISTER request.
   *
   * @param uri the contact URI as it was sent, 1 to 2048 characters
   * @param normalisedUri the same for every URI that RFC 3261 section 19.1.4 calls equal
   * @param instanceId the {@code +sip.instance} without quotes and angle brackets, at most 255
   *     characters; null when absent
   * @param regId the {@code reg-id}, 1 or more; null when absent. With it the binding is told by
   *     instance-id and reg-id instead of the URI (RFC 5626 section 6)
   * @param q the preference in thousandths, 0 to 1000; null when absent
   * @param expires how long the binding is to live from now, whole seconds; zero removes it
   */
  public record Contact(
      String uri,
      String normalisedUri,
      String instanceId,
      Integer regId,
      Integer q,
      Duration expires) {
    /** The longest contact URI, in characters. */
    public static final int MAX_URI_LENGTH = 2048;

    private static final int MAX_INSTANCE_ID_LENGTH = 255;

    /**
     * @throws IllegalArgumentException when a value is out of range; the message names it
     */
    public Contact {
      requireLength("contact URI", uri, MAX_URI_LENGTH);
      Objects.requireNonNull(normalisedUri, "normalisedUri");
      if (instanceId != null) {
        requireLength("instance-id", instanceId, MAX_INSTANCE_ID_LENGTH);
      }
      if (regId != null && instanceId == null) {
        throw new IllegalArgumentException("A reg-id needs an instance-id");
      }
      if (regId != null && regId < 1) {
        throw new IllegalArgumentException("The reg-id " + regId + " is not 1 or more");
      }
      if (q != null && (q < 0 || q > 1000)) {
        throw new IllegalArgumentException(
            "The q value of " + q + " thousandths is not in 0 to 1000");
      }
      if (expires.isNegative()) {
        throw new IllegalArgumentException("The expiry of " + expires + " lies in the past");
      }
    }

    boolean removes() {
      return expires.isZero();
    }
  }

  private static void requireLength(String what, String value, int longest) {
    if (value.isEmpty() || value.length() > longest) {
      throw new IllegalArgumentException(
          "The " + what + " has 1 to " + longest + " characters, not " + value.length());
    }
  }
}
