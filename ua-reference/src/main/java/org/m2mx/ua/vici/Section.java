package org.m2mx.ua.vici;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The contents of a vici message, or a part of it: values, lists of values and further sections,
 * each with a name, in their order. Values are octets, and text where people wrote them.
 */
public final class Section {
  private static final int SECTION_START = 1;
  private static final int SECTION_END = 2;
  private static final int KEY_VALUE = 3;
  private static final int LIST_START = 4;
  private static final int LIST_ITEM = 5;
  private static final int LIST_END = 6;
  private static final int DEEPEST = 16;
  private static final int LONGEST_NAME = 0xff;
  private static final int LONGEST_VALUE = 0xffff;

  /** What has a name. */
  private sealed interface Element {}

  private record Value(byte[] octets) implements Element {}

  private record Values(List<byte[]> items) implements Element {}

  private record Part(Section section) implements Element {}

  private final Map<String, Element> elements = new LinkedHashMap<>();

  /** An empty one. */
  public Section() {}

  /** Adds a text, and returns this section. */
  public Section put(String name, String value) {
    return put(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds octets, and returns this section. */
  public Section put(String name, byte[] value) {
    return add(name, new Value(value.clone()));
  }

  /** Adds a list of texts, and returns this section. */
  public Section putTexts(String name, String... values) {
    List<byte[]> items = new ArrayList<>();
    for (String value : values) {
      items.add(value.getBytes(StandardCharsets.UTF_8));
    }
    return add(name, new Values(items));
  }

  /** Adds a list of one value of octets, and returns this section. */
  public Section putOctets(String name, byte[] value) {
    return add(name, new Values(List.of(value.clone())));
  }

  /** Adds a section, and returns this one. */
  public Section put(String name, Section section) {
    return add(name, new Part(section));
  }

  private Section add(String name, Element element) {
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException("a name of more than 255 octets");
    }
    elements.put(name, element);
    return this;
  }

  /** Returns a value as text, empty if there is none of that name. */
  public Optional<String> text(String name) {
    return elements.get(name) instanceof Value value
        ? Optional.of(new String(value.octets(), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  /** Returns a list's values as texts; none if there is no such list. */
  public List<String> texts(String name) {
    return elements.get(name) instanceof Values values
        ? values.items().stream().map(item -> new String(item, StandardCharsets.UTF_8)).toList()
        : List.of();
  }

  /** Returns a section, empty if there is none of that name. */
  public Optional<Section> section(String name) {
    return elements.get(name) instanceof Part part ? Optional.of(part.section()) : Optional.empty();
  }

  /** Returns all sections in this one by their names, in their order. */
  public Map<String, Section> sections() {
    Map<String, Section> sections = new LinkedHashMap<>();
    elements.forEach(
        (name, element) -> {
          if (element instanceof Part part) {
            sections.put(name, part.section());
          }
        });
    return sections;
  }

  void write(ByteBuffer out) {
    elements.forEach(
        (name, element) -> {
          switch (kind(element)) {
            case KEY_VALUE -> {
              writeName(out, KEY_VALUE, name);
              writeValue(out, ((Value) element).octets());
            }
            case LIST_START -> {
              writeName(out, LIST_START, name);
              for (byte[] item : ((Values) element).items()) {
                out.put((byte) LIST_ITEM);
                writeValue(out, item);
              }
              out.put((byte) LIST_END);
            }
            default -> {
              writeName(out, SECTION_START, name);
              ((Part) element).section().write(out);
              out.put((byte) SECTION_END);
            }
          }
        });
  }

  private static int kind(Element element) {
    return element instanceof Value
        ? KEY_VALUE
        : element instanceof Values ? LIST_START : SECTION_START;
  }

  private static void writeName(ByteBuffer out, int kind, String name) {
    byte[] octets = name.getBytes(StandardCharsets.UTF_8);
    out.put((byte) kind).put((byte) octets.length).put(octets);
  }

  private static void writeValue(ByteBuffer out, byte[] value) {
    if (value.length > LONGEST_VALUE) {
      throw new IllegalArgumentException("a value of " + value.length + " octets");
    }
    out.putShort((short) value.length).put(value);
  }

  /**
   * Reads a message.
   *
   * @param in from its first element to the end
   * @throws IOException if it is malformed
   */
  static Section read(ByteBuffer in) throws IOException {
    try {
      return read(in, 0);
    } catch (BufferUnderflowException e) {
      throw new IOException("a vici message that is cut off", e);
    }
  }

  private static Section read(ByteBuffer in, int depth) throws IOException {
    if (depth > DEEPEST) {
      throw new IOException("a vici message with sections within sections within sections");
    }
    Section section = new Section();
    while (in.hasRemaining()) {
      int kind = in.get();
      switch (kind) {
        case KEY_VALUE -> section.add(readName(in), new Value(readValue(in)));
        case LIST_START -> section.add(readName(in), new Values(readItems(in)));
        case SECTION_START -> section.add(readName(in), new Part(read(in, depth + 1)));
        case SECTION_END -> {
          if (depth == 0) {
            throw new IOException("a vici message that ends a section which has not begun");
          }
          return section;
        }
        default -> throw new IOException("a vici message with an element of kind " + kind);
      }
    }
    if (depth > 0) {
      throw new IOException("a vici message with a section that does not end");
    }
    return section;
  }

  private static List<byte[]> readItems(ByteBuffer in) throws IOException {
    List<byte[]> items = new ArrayList<>();
    for (int kind = in.get(); kind != LIST_END; kind = in.get()) {
      if (kind != LIST_ITEM) {
        throw new IOException("a vici list with an element of kind " + kind);
      }
      items.add(readValue(in));
    }
    return items;
  }

  private static String readName(ByteBuffer in) {
    byte[] octets = new byte[in.get() & 0xff];
    in.get(octets);
    return new String(octets, StandardCharsets.UTF_8);
  }

  private static byte[] readValue(ByteBuffer in) {
    byte[] octets = new byte[in.getShort() & 0xffff];
    in.get(octets);
    return octets;
  }
}
