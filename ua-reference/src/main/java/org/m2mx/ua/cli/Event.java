package org.m2mx.ua.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Something that a command tells: to people a line of text, to programs a JSON object with the same
 * facts under names that stay ({@code --json}).
 */
final class Event {
  private static final JsonFactory JSON = new JsonFactory();

  private static final Set<Kind> OF_LINES =
      EnumSet.of(Kind.MESSAGE, Kind.ACCOUNT, Kind.QR, Kind.CASE);

  /** What is told, and the fields that it may have. docs/integrators/json.md describes them. */
  enum Kind {
    REGISTERED("registered", "aor", "contact", "local", "server", "tls", "cipherSuite", "expires"),
    UNREACHABLE("unreachable", "reason", "message", "retryIn"),
    WARNING("warning", "message"),
    ERROR("error", "code", "reason", "message"),
    FIREWALL("firewall", "what", "message"),
    CALLING("calling", "callee"),
    RINGING("ringing", "callee"),
    CALLED("called", "caller", "callId"),
    BUSY("busy", "caller", "callId"),
    DECLINED("declined", "caller", "callId"),
    CONNECTED(
        "connected",
        "peer",
        "callId",
        "protocol",
        "cipherSuite",
        "local",
        "remote",
        "peerFingerprint",
        "resumable"),
    INTERRUPTED("interrupted", "peer", "callId", "message"),
    MOVED("moved", "peer", "callId", "local", "remote"),
    ENDED("ended", "peer", "callId", "sent", "received"),
    CALL_FAILED("call-failed", "peer", "callId", "reason", "message"),
    PEER("peer", "peer", "fingerprint", "since"),
    PEER_MET("peer-met", "peer", "fingerprint"),
    PEER_ACCEPTED("peer-accepted", "peer", "fingerprint", "already"),
    PEER_FORGOTTEN("peer-forgotten", "peer", "already"),
    FILE_BEGINS("file-begins", "name", "size", "sha256", "from"),
    FILE_PROGRESS("file-progress", "name", "size", "done"),
    FILE_ARRIVED("file-arrived", "name", "size", "sha256", "path", "already"),
    FILE_FAILED("file-failed", "name", "size", "sha256", "message"),
    RETRYING("retrying", "reason", "message", "retryIn"),
    COMMAND_ENDED("command-ended", "peer", "callId", "status"),
    FORWARDING("forwarding", "local", "peer", "port"),
    CONNECTION_OPENED("connection-opened", "peer", "port"),
    CONNECTION_REFUSED("connection-refused", "peer", "port", "message"),
    CONNECTION_CLOSED("connection-closed", "peer", "port", "sent", "received"),
    MESSAGE("message", "from", "text"),
    DELIVERED("delivered", "to", "text"),
    UNDELIVERED("undelivered", "to", "text", "reason", "message"),
    STATUS("status", "aor", "registered", "contact", "expires", "thisDevice"),
    PRESENCE("presence", "peer", "state"),
    ACCOUNT("account", "aor", "server", "password", "trustAnchors", "path"),
    QR("qr", "text", "rows"),
    CASE("case", "id", "section", "title", "verdict", "why", "messages", "millis"),
    SUMMARY("summary", "passed", "failed", "skipped", "notRun"),
    FINDING("finding", "subject", "verdict", "text", "remedy"),
    STEP("step", "step", "text", "millis");

    private final String text;
    private final List<String> fields;

    Kind(String text, String... fields) {
      this.text = text;
      this.fields = List.of(fields);
    }

    String text() {
      return text;
    }

    List<String> fields() {
      return fields;
    }
  }

  private final Kind kind;
  private final String text;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private Event(Kind kind, String text) {
    this.kind = kind;
    this.text = text;
  }

  /**
   * Something to tell.
   *
   * @param text to people: one line, but of a few kinds several
   */
  static Event of(Kind kind, String text) {
    return new Event(kind, text);
  }

  /**
   * Adds a fact.
   *
   * @param value a {@link Long}, {@link Integer}, {@link Double}, {@link Boolean}, a list, or else
   *     what has a text; null and an empty {@link Optional} are left out
   */
  Event with(String field, Object value) {
    if (!kind.fields.contains(field)) {
      throw new IllegalArgumentException(kind.text + " has no field " + field);
    }
    Object present = value instanceof Optional<?> optional ? optional.orElse(null) : value;
    if (present != null) {
      values.put(field, present);
    }
    return this;
  }

  /** Returns the line for people. */
  String text() {
    return text;
  }

  /**
   * Says whether the text may have several lines. In any other, a line break comes from a stranger
   * who would have the next line taken for something that the command tells.
   */
  boolean hasLines() {
    return OF_LINES.contains(kind);
  }

  /** Returns the line for programs: a JSON object whose {@code event} says what it is. */
  String json() {
    StringWriter line = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("event", kind.text);
      for (Map.Entry<String, Object> value : values.entrySet()) {
        json.writeFieldName(value.getKey());
        write(json, value.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }

  private static void write(JsonGenerator json, Object value) throws IOException {
    if (value instanceof Integer || value instanceof Long) {
      json.writeNumber(((Number) value).longValue());
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean truth) {
      json.writeBoolean(truth);
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        write(json, element);
      }
      json.writeEndArray();
    } else {
      json.writeString(value.toString());
    }
  }
}
