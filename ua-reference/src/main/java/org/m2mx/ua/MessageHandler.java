package org.m2mx.ua;

/** Takes text messages. */
@FunctionalInterface
public interface MessageHandler {

  /**
   * Somebody has sent a text. Called on a thread of its own; when it returns, the sender is told
   * that the text was delivered, and if it throws, which is logged, that it was not (480).
   *
   * @param message the text
   */
  void received(TextMessage message);
}
