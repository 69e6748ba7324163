package org.m2mx.ua.xml;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads XML from strangers: no document type, hence no entities and nothing fetched from elsewhere,
 * and no deep nesting. Elements go by their local names.
 */
public final class SafeXml {
  private static final int MAX_DEPTH = 64;
  private static final XMLInputFactory FACTORY = factory();

  private SafeXml() {}

  /** UTF-8 only. Left to the parser, octets that are not would be told on standard error. */
  private static String text(byte[] document) {
    String text = new String(document, StandardCharsets.UTF_8);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, baseUri, namespace) -> {
          throw new XMLStreamException("an external entity");
        });
    return factory;
  }

  /**
   * Reads a document.
   *
   * @param document its octets
   * @param started is told each element's name
   * @param ended is told each element's name, and the text in it since its last child
   * @throws MalformedXmlException if it is not well-formed or has what is not admitted
   */
  public static void read(
      byte[] document, Consumer<String> started, BiConsumer<String, String> ended)
      throws MalformedXmlException {
    try {
      XMLStreamReader reader;
      synchronized (FACTORY) {
        reader = FACTORY.createXMLStreamReader(new StringReader(text(document)));
      }
      Deque<String> open = new ArrayDeque<>();
      StringBuilder text = new StringBuilder();
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.DTD ->
              throw new MalformedXmlException("XML with a document type", null);
          case XMLStreamConstants.START_ELEMENT -> {
            open.push(reader.getLocalName());
            if (open.size() > MAX_DEPTH) {
              throw new MalformedXmlException("XML nested more than " + MAX_DEPTH + " deep", null);
            }
            text.setLength(0);
            started.accept(reader.getLocalName());
          }
          case XMLStreamConstants.CHARACTERS -> text.append(reader.getText());
          case XMLStreamConstants.END_ELEMENT -> {
            open.pop();
            ended.accept(reader.getLocalName(), text.toString().strip());
            text.setLength(0);
          }
          default -> {
            // Comments and the like say nothing.
          }
        }
      }
    } catch (XMLStreamException e) {
      throw new MalformedXmlException("XML that is not well-formed", e);
    }
  }
}
