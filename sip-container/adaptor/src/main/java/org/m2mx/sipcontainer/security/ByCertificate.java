package org.m2mx.sipcontainer.security;

import java.security.cert.X509Certificate;
import java.util.Optional;
import org.mobicents.servlet.sip.message.SipServletRequestImpl;

/**
 * By the certificate that the peer has shown when it connected. SIP has no way to ask for one
 * later.
 */
record ByCertificate(SipCertificates users) implements Identification {
  private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

  @Override
  public Finding of(SipServletRequestImpl request, boolean asProxy) {
    if (!(request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain)) {
      return new Finding.Unknown("the peer has shown no certificate");
    }
    Optional<SipUser> user = users.find(chain[0]);
    return user.isPresent()
        ? new Finding.Known(user.get())
        : new Finding.Unknown("nobody's certificate: " + chain[0].getSubjectX500Principal());
  }
}
