package org.m2mx.ua.check;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.m2mx.ua.check.Outcome.Verdict;

/** Outcomes in the XML that build servers read as test results of JUnit. */
public final class JUnitReport {
  private JUnitReport() {}

  /**
   * Writes a report.
   *
   * @param file is replaced if it is there
   * @param name what was checked
   * @param outcomes the cases
   * @throws IOException if the file cannot be written
   */
  public static void write(Path file, String name, List<Outcome> outcomes) throws IOException {
    Files.writeString(file, text(name, outcomes));
  }

  static String text(String name, List<Outcome> outcomes) {
    StringWriter text = new StringWriter();
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeStartElement("testsuite");
      xml.writeAttribute("name", name);
      xml.writeAttribute("tests", String.valueOf(outcomes.size()));
      xml.writeAttribute("failures", count(outcomes, Verdict.FAIL));
      xml.writeAttribute("errors", "0");
      xml.writeAttribute("skipped", count(outcomes, Verdict.SKIP));
      xml.writeAttribute(
          "time",
          seconds(outcomes.stream().map(Outcome::took).reduce(Duration.ZERO, Duration::plus)));
      for (Outcome outcome : outcomes) {
        write(xml, name, outcome);
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.close();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("memory can be written to", e);
    }
    return text.toString();
  }

  private static void write(XMLStreamWriter xml, String name, Outcome outcome)
      throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", name);
    xml.writeAttribute("name", outcome.id() + " (" + outcome.section() + ") " + outcome.title());
    xml.writeAttribute("time", seconds(outcome.took()));
    if (outcome.verdict() != Verdict.PASS) {
      xml.writeStartElement(outcome.verdict() == Verdict.FAIL ? "failure" : "skipped");
      xml.writeAttribute("message", printable(outcome.why()));
      xml.writeEndElement();
    }
    xml.writeStartElement("system-out");
    xml.writeCharacters(printable(String.join("\n\n", outcome.messages())));
    xml.writeEndElement();
    xml.writeEndElement();
  }

  private static String count(List<Outcome> outcomes, Verdict verdict) {
    return String.valueOf(
        outcomes.stream().filter(outcome -> outcome.verdict() == verdict).count());
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.3f", duration.toMillis() / 1000.0);
  }

  /** XML 1.0 knows no other control characters. */
  private static String printable(String text) {
    return text.replaceAll("[^\t\n\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
  }
}
