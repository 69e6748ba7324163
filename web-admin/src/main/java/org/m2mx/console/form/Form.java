package org.m2mx.console.form;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Function;
import org.m2mx.registry.Aor;
import org.m2mx.registry.DomainName;
import org.m2mx.registry.Status;
import org.m2mx.registry.audit.Action;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.permission.Callers;

/** A form that a text must have. Its message is the console's own, in the reader's language. */
public enum Form {
  /** The name of an ISP. */
  ISP_NAME("isp.name.invalid", Form::ispName, Isps.MAX_NAME_LENGTH),
  /** A domain name. */
  DOMAIN("domain.invalid", DomainName::normalise),
  /** The user part of an address of record. */
  USER("subscriber.user.invalid", user -> new Aor(user, "m2m-x.example"), Aor.MAX_USER_OCTETS),
  /** An address of record. */
  AOR("aor.invalid", Aor::parse),
  /** Callers. */
  CALLERS("callers.invalid", Callers::parse),
  /** A password. */
  PASSWORD("password.unfit", Password::of, Password.MIN_LENGTH, Password.MAX_LENGTH),
  /** Whether something is served. */
  STATUS("form.status", Status::valueOf),
  /** What a call came to. */
  CALL_RESULT("form.call-result", CallRecord.Result::valueOf),
  /** A point in time. */
  TIME("form.time", Form::time),
  /** A key of a call. */
  UUID("form.uuid", java.util.UUID::fromString),
  /** An action of the audit trail. */
  ACTION("form.action", Action::valueOf),
  /** A whole number. */
  NUMBER("form.number", Long::valueOf),
  /** Any text that is short enough. */
  WORDS("form.words", Form::words, Form.MOST_WORDS),
  /** How many of a list. */
  LIMIT("form.limit", Form::limit, Form.MOST_AT_ONCE),
  /** Where a list goes on. */
  CURSOR("form.cursor", Cursor::parse);

  /** The most entries of a list that are given at once. */
  public static final int MOST_AT_ONCE = 500;

  private static final int MOST_WORDS = 500;

  private final String key;
  private final transient Function<String, Object> reader;
  private final transient Object[] arguments;

  Form(String key, Function<String, Object> reader, Object... arguments) {
    this.key = key;
    this.reader = reader;
    this.arguments = arguments;
  }

  /** The key of the text that says what is wrong. */
  public String key() {
    return key;
  }

  /** What fills the places of that text. */
  public Object[] arguments() {
    return arguments.clone();
  }

  /**
   * What a text stands for.
   *
   * @throws IllegalArgumentException when it does not have this form
   */
  public Object read(String text) {
    return reader.apply(text);
  }

  private static String ispName(String name) {
    var length = name.strip().length();
    if (length < 1 || length > Isps.MAX_NAME_LENGTH) {
      throw new IllegalArgumentException(name);
    }
    return name;
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static String words(String text) {
    if (text.length() > MOST_WORDS || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(text);
    }
    return text;
  }

  private static Integer limit(String text) {
    var limit = Integer.valueOf(text);
    if (limit < 1 || limit > MOST_AT_ONCE) {
      throw new IllegalArgumentException(text);
    }
    return limit;
  }
}
