package org.m2mx.ua.check;

import java.util.ArrayList;
import java.util.List;

/** The messages of a case, as far as anybody may see them. */
final class Trace {
  private static final int MOST = 200;

  private final List<String> messages = new ArrayList<>();

  synchronized void add(String who, String direction, String message) {
    if (messages.size() < MOST) {
      messages.add(who + " " + direction + "\n" + withoutSecrets(message).strip());
    }
  }

  /** A response and its nonce allow to search for the password. */
  private static String withoutSecrets(String message) {
    return message.replaceAll("(?i)(\\b(?:response|cnonce)=\")[^\"]*", "$1…");
  }

  synchronized List<String> messages() {
    return List.copyOf(messages);
  }
}
