package org.m2mx.sipcontainer.security;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ProxyAuthorizationHeader;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/** By a password that the sender proves to know (RFC 3261 section 22). */
record ByDigest(DigestVerifier verifier) implements Identification {

  @Override
  public Finding of(SipServletRequestImpl request, boolean asProxy) {
    DigestVerifier.Verdict verdict =
        verifier.judge(
            values(request, asProxy ? ProxyAuthorizationHeader.NAME : AuthorizationHeader.NAME),
            request.getMethod(),
            request.getRequestURI().toString());
    if (verdict instanceof DigestVerifier.Verdict.Unproven unproven) {
      return new Finding.Asked(
          verifier.challenges(unproven.stale()).toList(), Level.DEBUG, unproven.reason());
    } else if (verdict instanceof DigestVerifier.Verdict.Wrong wrong) {
      return new Finding.Asked(
          verifier.challenges(false).toList(),
          Level.WARNING,
          "no such user or wrong password: " + printable(wrong.username()));
    }
    return new Finding.Known(((DigestVerifier.Verdict.Proven) verdict).user());
  }

  private static List<String> values(SipServletRequestImpl request, String header) {
    List<String> values = new ArrayList<>();
    for (Iterator<String> all = request.getHeaders(header); all.hasNext(); ) {
      values.add(all.next());
    }
    return values;
  }

  /** What anybody may send shall not write lines of its own into the log. */
  private static String printable(String text) {
    String shortened = text.length() > 64 ? text.substring(0, 64) : text;
    return shortened.replaceAll("[^\\p{Graph} ]", "?");
  }
}
