package org.m2mx.registry.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.RegistryKey;
import org.m2mx.registry.credential.Token;

/**
 * The tokens of an import's links. Whoever has the database and not the key file, or the key file
 * and not the seed, has none of them.
 */
final class LinkTokens {
  private static final String HMAC = "HmacSHA256";

  private final SecretKey key;

  LinkTokens(RegistryKey key) {
    this.key = key.derive("links of imports", HMAC);
  }

  /** The same at every call. */
  Token of(byte[] seed, Aor aor) {
    try {
      var mac = Mac.getInstance(HMAC);
      mac.init(key);
      mac.update(seed);
      return Token.of(mac.doFinal(aor.toString().getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + HMAC, e);
    }
  }
}
