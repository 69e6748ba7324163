package org.m2mx.console.account;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.regex.Pattern;

/** The certificates of a PEM file and nothing else of it, such as a private key. */
final class TrustAnchor {
  private static final Pattern CERTIFICATE =
      Pattern.compile("-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", Pattern.DOTALL);
  private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

  private TrustAnchor() {}

  static String read(Path file) throws AccountException {
    String text;
    try {
      text = Files.readString(file, US_ASCII);
    } catch (NoSuchFileException e) {
      throw new AccountException(
          "There is no certificate file %s: name the server's with m2mx.account.trust-anchor"
              .formatted(file),
          e);
    } catch (IOException e) {
      throw new AccountException(
          "The certificate file %s cannot be read: %s".formatted(file, e), e);
    }
    var anchors = new StringBuilder();
    var blocks = CERTIFICATE.matcher(text);
    while (blocks.find()) {
      anchors.append(normalised(file, blocks.group()));
    }
    if (anchors.isEmpty()) {
      throw new AccountException(
          "The certificate file %s holds no PEM certificate: name the server's with m2mx.account.trust-anchor"
              .formatted(file));
    }
    return anchors.toString();
  }

  private static String normalised(Path file, String block) throws AccountException {
    try {
      var certificate =
          (X509Certificate)
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(block.getBytes(US_ASCII)));
      return "-----BEGIN CERTIFICATE-----\n"
          + BASE64.encodeToString(certificate.getEncoded())
          + "\n-----END CERTIFICATE-----\n";
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException(e);
    } catch (CertificateException e) {
      throw new AccountException(
          "The certificate file %s holds what is no certificate: %s"
              .formatted(file, e.getMessage()),
          e);
    }
  }
}
