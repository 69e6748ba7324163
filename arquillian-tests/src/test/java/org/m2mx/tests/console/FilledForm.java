package org.m2mx.tests.console;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a browser would post if somebody filled a form of a page in and pressed one of its buttons.
 *
 * @param button the button that is pressed
 * @param fields all fields and the button, without the page's state
 */
record FilledForm(String button, Map<String, String> fields) {
  private static final Pattern FORM =
      Pattern.compile("<form id=\"([^\"]+)\"[^>]*method=\"post\".*?</form>", Pattern.DOTALL);

  private static final Pattern FIELD =
      Pattern.compile("<(input|select|button)\\b[^>]*?\\bname=\"([^\"]+)\"");

  /** One for each button of each form. */
  static List<FilledForm> of(String page) {
    var filled = new ArrayList<FilledForm>();
    var form = FORM.matcher(page);
    while (form.find()) {
      var fields = new LinkedHashMap<String, String>();
      var buttons = new ArrayList<String>();
      fields.put(form.group(1), form.group(1));
      var field = FIELD.matcher(form.group());
      while (field.find()) {
        if (field.group(1).equals("button")) {
          buttons.add(field.group(2));
        } else if (!field.group(2).startsWith("jakarta.faces.")) {
          fields.putIfAbsent(field.group(2), "forged");
        }
      }
      for (var button : buttons) {
        var all = new LinkedHashMap<>(fields);
        all.put(button, "");
        filled.add(new FilledForm(button, all));
      }
    }
    return filled;
  }
}
