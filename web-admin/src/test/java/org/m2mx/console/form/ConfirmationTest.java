package org.m2mx.console.form;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** Whether every button that takes something away asks first. */
class ConfirmationTest {
  private static final String PRIMEFACES = "primefaces";
  private static final Pattern METHOD = Pattern.compile("\\.(\\w+)(?:\\(.*\\))?}");

  /** What makes something, shows something, or is undone by another button beside it. */
  private static final Set<String> HARMLESS =
      Set.of(
          "addDomain",
          "addMember",
          "ask",
          "change",
          "close",
          "count",
          "enrol",
          "enter",
          "leave",
          "make",
          "makeGroup",
          "open",
          "permit",
          "put",
          "refresh",
          "resume",
          "signOut",
          "upload",
          "verify");

  @Test
  void whatTakesSomethingAwayAsksFirst() throws Exception {
    var harmless = new TreeSet<String>();
    for (var page : pages()) {
      for (var button : buttons(page)) {
        var action = METHOD.matcher(button.getAttribute("action"));
        if (!action.find()) {
          continue;
        }
        if (HARMLESS.contains(action.group(1))) {
          harmless.add(action.group(1));
        } else {
          assertThat(asks(button))
              .as("%s: %s asks whether one is sure", page.getFileName(), action.group(1))
              .isTrue();
        }
      }
    }
    assertThat(harmless).isEqualTo(HARMLESS);
  }

  /** By a question, in a dialog that spells out what goes, or by the password. */
  private static boolean asks(Element button) {
    if (button.getElementsByTagNameNS(PRIMEFACES, "confirm").getLength() == 1) {
      return true;
    }
    for (Node around = button; around instanceof Element each; around = around.getParentNode()) {
      if (each.getLocalName().equals("dialog")
          || each.getLocalName().equals("form")
              && each.getElementsByTagNameNS(PRIMEFACES, "password").getLength() > 0) {
        return true;
      }
    }
    return false;
  }

  private static List<Element> buttons(Path page) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    var found = factory.newDocumentBuilder().parse(page.toFile());
    var buttons = new ArrayList<Element>();
    for (var kind : List.of("commandButton", "commandLink")) {
      var all = found.getElementsByTagNameNS("*", kind);
      for (int i = 0; i < all.getLength(); i++) {
        buttons.add((Element) all.item(i));
      }
    }
    return buttons;
  }

  private static List<Path> pages() throws IOException {
    try (var files = Files.walk(Path.of("src/main/webapp"))) {
      return files.filter(file -> file.toString().endsWith(".xhtml")).toList();
    }
  }
}
