package org.m2mx.sip.regevent;

import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.InstanceId;
import org.m2mx.sip.answer.DeltaSeconds;

/**
 * The document that tells of a registration (RFC 3680 section 5).
 *
 * @param aor whose registration it is
 * @param version from 0, one more in each document of a subscription
 * @param full whether all contacts are in it, or only those that changed
 * @param state of the registration
 * @param contacts in any order
 */
record RegInfo(Aor aor, int version, boolean full, State state, List<Contact> contacts) {
  static final String CONTENT_TYPE = "application/reginfo+xml";

  private static final String NAMESPACE = "urn:ietf:params:xml:ns:reginfo";

  /** RFC 3680 section 4.7.1. */
  enum State {
    /** Nobody has registered since anyone watches. */
    INIT,
    /** There is a contact. */
    ACTIVE,
    /** The last contact has gone. */
    TERMINATED
  }

  /** What happened to a contact last (RFC 3680 section 4.7.1). */
  enum Event {
    REGISTERED,
    REFRESHED,
    SHORTENED,
    EXPIRED,
    /** Its connection ended: the device should register again. */
    DEACTIVATED,
    UNREGISTERED;

    boolean ends() {
      return this == EXPIRED || this == DEACTIVATED || this == UNREGISTERED;
    }
  }

  /**
   * One contact.
   *
   * @param event what happened to it last
   * @param place where it is
   * @param remaining until it expires; of no interest when it has ended
   */
  record Contact(Event event, Place place, Duration remaining) {}

  /**
   * Where a device is, as a binding says.
   *
   * @param uri its contact
   * @param instanceId without angle brackets; null when it gave none
   * @param regId null when it gave none
   * @param q in thousandths; null when it gave none
   * @param callId of its latest REGISTER
   * @param cseq of its latest REGISTER
   * @param refreshed when that was
   * @param expires when it ends by itself
   * @param flow the token of its connection; null when it has none
   */
  record Place(
      String uri,
      String instanceId,
      Integer regId,
      Integer q,
      String callId,
      long cseq,
      Instant refreshed,
      Instant expires,
      String flow) {

    static Place of(Binding binding) {
      return new Place(
          binding.contact(),
          binding.instanceId(),
          binding.regId(),
          binding.q(),
          binding.callId(),
          binding.cseq(),
          binding.refreshed(),
          binding.expires(),
          binding.flow());
    }

    /** Tells it from the other contacts of the registration, as long as it is bound. */
    String id() {
      String name = regId == null ? uri : InstanceId.normalise(instanceId) + ' ' + regId;
      return "c" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The document. */
  String toXml() {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newFactory().createXMLStreamWriter(text);
      xml.writeStartDocument();
      xml.writeStartElement("reginfo");
      xml.writeDefaultNamespace(NAMESPACE);
      xml.writeAttribute("version", Integer.toString(version));
      xml.writeAttribute("state", full ? "full" : "partial");
      xml.writeStartElement("registration");
      xml.writeAttribute("aor", aor.toString());
      xml.writeAttribute("id", "r");
      xml.writeAttribute("state", small(state));
      for (Contact contact : contacts) {
        write(xml, contact);
      }
      xml.writeEndElement();
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("a document in memory can be written", e);
    }
    return text.toString();
  }

  private static void write(XMLStreamWriter xml, Contact contact) throws XMLStreamException {
    Place place = contact.place();
    xml.writeStartElement("contact");
    xml.writeAttribute("id", place.id());
    xml.writeAttribute("state", contact.event().ends() ? "terminated" : "active");
    xml.writeAttribute("event", small(contact.event()));
    if (!contact.event().ends()) {
      xml.writeAttribute("expires", DeltaSeconds.of(contact.remaining()));
    }
    if (place.q() != null) {
      xml.writeAttribute("q", Double.toString(place.q() / 1000.0));
    }
    xml.writeAttribute("callid", place.callId());
    xml.writeAttribute("cseq", Long.toString(place.cseq()));
    xml.writeStartElement("uri");
    xml.writeCharacters(place.uri());
    xml.writeEndElement();
    if (place.instanceId() != null) {
      parameter(xml, "+sip.instance", "\"<" + place.instanceId() + ">\"");
    }
    if (place.regId() != null) {
      parameter(xml, "reg-id", place.regId().toString());
    }
    xml.writeEndElement();
  }

  private static void parameter(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeStartElement("unknown-param");
    xml.writeAttribute("name", name);
    xml.writeCharacters(value);
    xml.writeEndElement();
  }

  private static String small(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
