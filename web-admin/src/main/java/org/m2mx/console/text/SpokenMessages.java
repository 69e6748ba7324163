package org.m2mx.console.text;

import jakarta.faces.application.FacesMessage;
import jakarta.faces.context.ResponseWriter;
import java.io.IOException;
import org.primefaces.component.messages.Messages;
import org.primefaces.component.messages.MessagesRenderer;

/**
 * Messages that a screen reader speaks as they come, and that are still items of their list: with
 * the role of an alert an item would be none.
 */
public class SpokenMessages extends MessagesRenderer {
  @Override
  protected void encodeMessage(
      ResponseWriter writer,
      Messages messages,
      FacesMessage message,
      String severity,
      boolean escape)
      throws IOException {
    writer.startElement("li", null);
    writer.startElement("span", null);
    writer.writeAttribute("role", "alert", null);
    writer.writeAttribute("class", severity + "-summary", null);
    writer.writeText(message.getSummary(), null);
    writer.endElement("span");
    writer.endElement("li");
  }
}
