package org.m2mx.registry.binding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What makes two contacts of an address of record the same binding: instance-id and reg-id where
 * both are given (RFC 5626 section 6), the contact URI otherwise (RFC 3261 section 10.3). Hashed,
 * for a unique index takes no URI of any length.
 */
final class BindingKey {
  private BindingKey() {}

  static String of(Registration.Contact contact) {
    return contact.regId() == null
        ? hash("contact " + contact.normalisedUri())
        : hash("flow " + contact.regId() + ' ' + InstanceId.normalise(contact.instanceId()));
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("This Java runtime lacks SHA-256", e);
    }
  }
}
