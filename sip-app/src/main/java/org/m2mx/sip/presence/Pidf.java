package org.m2mx.sip.presence;

import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.m2mx.registry.Aor;

/**
 * The document that tells whether somebody is there (RFC 3863), and no more: not how many devices
 * it has, nor where.
 *
 * @param presentity whose presence it is
 * @param open whether a call would reach a device
 * @param at when that was so
 */
record Pidf(Aor presentity, boolean open, Instant at) {
  static final String CONTENT_TYPE = "application/pidf+xml";

  private static final String NAMESPACE = "urn:ietf:params:xml:ns:pidf";

  String toXml() {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument();
      xml.writeStartElement("presence");
      xml.writeDefaultNamespace(NAMESPACE);
      xml.writeAttribute("entity", "pres:" + presentity.toString().substring("sip:".length()));
      xml.writeStartElement("tuple");
      xml.writeAttribute("id", "call");
      xml.writeStartElement("status");
      element(xml, "basic", open ? "open" : "closed");
      xml.writeEndElement();
      element(xml, "contact", presentity.toString());
      element(xml, "timestamp", at.truncatedTo(ChronoUnit.SECONDS).toString());
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a document in memory can be written", e);
    }
    return text.toString();
  }

  private static void element(XMLStreamWriter xml, String name, String text)
      throws XMLStreamException {
    xml.writeStartElement(name);
    xml.writeCharacters(text);
    xml.writeEndElement();
  }
}
