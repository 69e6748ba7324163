package org.m2mx.sipcontainer.tls;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.util.encoders.DecoderException;

/** Reads certificates and keys from PEM files (RFC 7468). */
public final class Pem {
  private Pem() {}

  /**
   * Reads every certificate of a file in the order they stand in.
   *
   * @throws IOException when the file cannot be read, is malformed or holds no certificate
   */
  public static List<X509Certificate> certificates(Path file) throws IOException {
    List<X509Certificate> certificates = new ArrayList<>();
    JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
        PEMParser parser = new PEMParser(reader)) {
      for (Object object = next(parser); object != null; object = next(parser)) {
        if (object instanceof X509CertificateHolder holder) {
          certificates.add(converter.getCertificate(holder));
        }
      }
    } catch (CertificateException e) {
      throw new IOException("a certificate in the file is malformed: " + e.getMessage(), e);
    }
    if (certificates.isEmpty()) {
      throw new IOException("the file holds no PEM certificate");
    }
    return List.copyOf(certificates);
  }

  /**
   * Reads the first private key of a file: PKCS#8, or the older EC and RSA forms.
   *
   * @throws IOException when the file cannot be read, is malformed, encrypted or holds no key
   */
  public static PrivateKey privateKey(Path file) throws IOException {
    JcaPEMKeyConverter converter = new JcaPEMKeyConverter();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.US_ASCII);
        PEMParser parser = new PEMParser(reader)) {
      for (Object object = next(parser); object != null; object = next(parser)) {
        if (object instanceof PrivateKeyInfo info) {
          return converter.getPrivateKey(info);
        } else if (object instanceof PEMKeyPair pair) {
          return converter.getPrivateKey(pair.getPrivateKeyInfo());
        } else if (object instanceof PEMEncryptedKeyPair
            || object instanceof PKCS8EncryptedPrivateKeyInfo) {
          throw new IOException(
              "the key is encrypted, decrypt it (openssl pkey) or use a PKCS12 key store");
        }
      }
    }
    throw new IOException("the file holds no PEM private key");
  }

  private static Object next(PEMParser parser) throws IOException {
    try {
      return parser.readObject();
    } catch (DecoderException e) {
      throw new IOException("what is between BEGIN and END is no base64", e);
    }
  }
}
