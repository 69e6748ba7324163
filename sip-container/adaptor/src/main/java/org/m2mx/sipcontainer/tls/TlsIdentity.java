package org.m2mx.sipcontainer.tls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/**
 * What this server proves itself with.
 *
 * @param privateKey the key of the first certificate
 * @param chain leaf first, never empty
 */
public record TlsIdentity(PrivateKey privateKey, List<X509Certificate> chain) {

  /** Copies the chain. */
  public TlsIdentity {
    chain = List.copyOf(chain);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("a certificate chain has at least its leaf");
    }
  }

  /** SHA-256 of the leaf as {@code AB:CD:...}, the form openssl prints. */
  public String fingerprint() {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(chain.get(0).getEncoded());
      return HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException("a parsed certificate can be encoded and hashed", e);
    }
  }

  /** The instant the leaf expires. */
  public Instant expiry() {
    return chain.get(0).getNotAfter().toInstant();
  }

  @Override
  public String toString() {
    return "TlsIdentity[" + chain.get(0).getSubjectX500Principal() + "]";
  }
}
