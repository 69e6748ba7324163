package org.m2mx.sipcontainer.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URLDecoder;
import java.text.ParseException;
import java.util.Arrays;
import java.util.Optional;
import org.mobicents.servlet.sip.core.session.MobicentsSipApplicationSession;
import org.mobicents.servlet.sip.core.session.SessionManagerUtil;
import org.mobicents.servlet.sip.core.session.SipApplicationSessionKey;

/** The application session that {@code SipApplicationSession.encodeURL} wrote into a URL. */
final class EncodedKey {
  private static final Logger LOG = System.getLogger(EncodedKey.class.getName());
  private static final String PREFIX =
      MobicentsSipApplicationSession.SIP_APPLICATION_KEY_PARAM_NAME + "=";

  private EncodedKey() {}

  /**
   * Looks for it.
   *
   * @param query not decoded; null when the URL has none. A form in the request's body stays unread
   */
  static Optional<SipApplicationSessionKey> in(String query) {
    return query == null
        ? Optional.empty()
        : Arrays.stream(query.split("&"))
            .filter(parameter -> parameter.startsWith(PREFIX))
            .findFirst()
            .flatMap(parameter -> parse(parameter.substring(PREFIX.length())));
  }

  private static Optional<SipApplicationSessionKey> parse(String value) {
    try {
      return Optional.of(
          SessionManagerUtil.parseSipApplicationSessionKey(URLDecoder.decode(value, UTF_8)));
    } catch (ParseException | IllegalArgumentException e) {
      LOG.log(Level.DEBUG, "No application session is named by ''{0}''", value);
      return Optional.empty();
    }
  }
}
