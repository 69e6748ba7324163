package org.m2mx.sipcontainer.descriptor;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** An element of a descriptor with the line it stands on. */
final class Element {
  private final String file;
  private final String name;
  private final int line;
  private final Map<String, String> attributes = new HashMap<>();
  private final List<Element> children = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();

  private Element(String file, XMLStreamReader reader) {
    this.file = file;
    this.name = reader.getLocalName();
    this.line = reader.getLocation().getLineNumber();
    for (int i = 0; i < reader.getAttributeCount(); i++) {
      attributes.put(reader.getAttributeLocalName(i), reader.getAttributeValue(i));
    }
  }

  /**
   * Reads a document. Nothing outside of it is ever fetched.
   *
   * @throws SipXmlException when it is not well-formed
   */
  static Element read(String file, InputStream document) throws SipXmlException {
    XMLInputFactory factory = XMLInputFactory.newInstance();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(document);
      while (reader.next() != XMLStreamConstants.START_ELEMENT) {
        // Prolog.
      }
      return read(file, reader);
    } catch (XMLStreamException e) {
      int line = e.getLocation() == null ? 0 : e.getLocation().getLineNumber();
      throw new SipXmlException(file, line, "not well-formed: " + firstLine(e), e);
    }
  }

  private static Element read(String file, XMLStreamReader reader) throws XMLStreamException {
    Element element = new Element(file, reader);
    while (true) {
      switch (reader.next()) {
        case XMLStreamConstants.START_ELEMENT -> element.children.add(read(file, reader));
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA ->
            element.text.append(reader.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          return element;
        }
        default -> {
          // Comments and processing instructions.
        }
      }
    }
  }

  private static String firstLine(XMLStreamException e) {
    String message = String.valueOf(e.getMessage());
    return message.substring(message.lastIndexOf('\n') + 1).replaceFirst("^Message: ", "");
  }

  String name() {
    return name;
  }

  List<Element> children() {
    return children;
  }

  List<Element> children(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).toList();
  }

  Optional<Element> child(String wanted) {
    return children.stream().filter(child -> child.name.equals(wanted)).findFirst();
  }

  Element required(String wanted) throws SipXmlException {
    return child(wanted).orElseThrow(() -> error("<%s> needs a <%s>".formatted(name, wanted)));
  }

  Element only() throws SipXmlException {
    if (children.size() != 1) {
      throw error("<%s> needs exactly one element inside".formatted(name));
    }
    return children.get(0);
  }

  boolean flag(String attribute) {
    return Boolean.parseBoolean(attributes.get(attribute));
  }

  String text() throws SipXmlException {
    String trimmed = text.toString().trim();
    if (trimmed.isEmpty()) {
      throw error("<%s> is empty".formatted(name));
    }
    return trimmed;
  }

  int number() throws SipXmlException {
    try {
      return Integer.parseInt(text());
    } catch (NumberFormatException e) {
      throw new SipXmlException(
          file, line, "<%s>%s</%s> is not a whole number".formatted(name, text(), name), e);
    }
  }

  SipXmlException error(String problem) {
    return new SipXmlException(file, line, problem);
  }
}
