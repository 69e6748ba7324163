package org.m2mx.sip.registrar;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.URI;

/** Tells whether two contacts are the same place (RFC 3261 section 19.1.4). */
final class ContactUri {
  private ContactUri() {}

  /**
   * One text for all spellings of a URI.
   *
   * <p>The RFC's comparison passes over a parameter that only one side has, which no single text
   * can express; here it counts. A device that renews a binding sends the URI it sent before, so
   * that nothing is lost but a spelling that expires by itself.
   */
  static String normalise(URI uri) {
    if (!(uri instanceof SipURI sip)) {
      return uri.toString();
    }
    Map<String, String> parameters = new TreeMap<>();
    for (Iterator<String> names = sip.getParameterNames(); names.hasNext(); ) {
      String name = names.next();
      String value = sip.getParameter(name);
      parameters.put(lower(name), value == null ? "" : lower(value));
    }
    String user = sip.getUser() == null ? "" : unescape(sip.getUser());
    return sip.getScheme()
        + ':'
        + user
        + '@'
        + lower(sip.getHost())
        + ':'
        + sip.getPort()
        + ';'
        + parameters;
  }

  private static String unescape(String user) {
    // URLDecoder would read a plus sign as a space; in SIP it is a plus sign.
    return user.indexOf('%') < 0
        ? user
        : URLDecoder.decode(user.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
