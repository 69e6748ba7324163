package org.m2mx.console.form;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * Where a list goes on, as programs carry it from one question to the next. They are not to look
 * into it, and may: it is good for no other list than their own.
 *
 * @param parts what the place is made of; no line breaks
 */
public record Cursor(List<String> parts) {
  private static final int LONGEST = 1000;

  /** Copies the parts. */
  public Cursor {
    parts = List.copyOf(parts);
  }

  /** A place made of these. */
  public static Cursor of(Object... parts) {
    return new Cursor(Arrays.stream(parts).map(Object::toString).toList());
  }

  /**
   * Reads what {@link #toString} wrote.
   *
   * @throws IllegalArgumentException when it did not
   */
  public static Cursor parse(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("a cursor of " + text.length() + " characters");
    }
    try {
      var lines = UTF_8.newDecoder().decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)));
      return new Cursor(List.of(lines.toString().split("\n", -1)));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("no cursor of ours", e);
    }
  }

  @Override
  public String toString() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(String.join("\n", parts).getBytes(UTF_8));
  }
}
