package org.m2mx.ua.sdp;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What a tunnel needs to be agreed on beyond RFC 6193.
 *
 * @param name the tunnel's, made up by the offerer, 20 to 255 characters of base64url (RFC 4648
 *     section 5) that nobody guesses
 * @param certificate that of the side which says so: the machine's IKE daemon cannot go by a
 *     fingerprint alone
 */
public record TunnelTerms(String name, X509Certificate certificate) {
  private static final String NAME = "m2mx-tunnel";
  private static final String CERTIFICATE = "m2mx-certificate";
  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9_-]{20,255}");
  private static final int LONGEST_CERTIFICATE = 8192;

  /**
   * Reads them from a media line.
   *
   * @param line the line
   * @param fingerprints the certificate must have one of these
   * @throws SdpException if there are none, or they are not right
   */
  static TunnelTerms read(MediaDescription line, List<Fingerprint> fingerprints)
      throws SdpException {
    String name =
        line.attribute(NAME)
            .orElseThrow(() -> new SdpException("no a=" + NAME + " for " + line.formats()));
    if (!NAMES.matcher(name).matches()) {
      throw new SdpException("a=" + NAME + " is not 20 to 255 characters of base64url");
    }
    return new TunnelTerms(name, certificate(line, fingerprints));
  }

  private static X509Certificate certificate(MediaDescription line, List<Fingerprint> fingerprints)
      throws SdpException {
    String text =
        line.attribute(CERTIFICATE)
            .filter(value -> value.length() <= LONGEST_CERTIFICATE)
            .orElseThrow(() -> new SdpException("no a=" + CERTIFICATE + " for " + line.formats()));
    X509Certificate certificate;
    try {
      certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(Base64.getDecoder().decode(text)));
    } catch (CertificateException | IllegalArgumentException e) {
      throw new SdpException("a=" + CERTIFICATE + " does not hold a certificate");
    }
    if (certificate.getBasicConstraints() >= 0) {
      throw new SdpException("a=" + CERTIFICATE + " holds an authority's, not a device's");
    }
    if (fingerprints.stream().noneMatch(fingerprint -> fingerprint.matches(certificate))) {
      throw new SdpException("a=" + CERTIFICATE + " has not the fingerprint of a=fingerprint");
    }
    return certificate;
  }

  /** Says whether a media line is about the same tunnel. */
  boolean isNamedIn(MediaDescription line) {
    return line.attribute(NAME).filter(name::equals).isPresent();
  }

  /** Returns the attributes that say so. */
  List<Attribute> toAttributes() {
    try {
      return List.of(
          new Attribute(NAME, name),
          new Attribute(CERTIFICATE, Base64.getEncoder().encodeToString(certificate.getEncoded())));
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("a certificate that was read can be written", e);
    }
  }
}
