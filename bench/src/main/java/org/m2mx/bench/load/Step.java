package org.m2mx.bench.load;

import java.util.List;

/**
 * What a conversation does next.
 *
 * @param send what to send, in order
 * @param mood what is waited for then
 * @param reason why it failed; null unless it did
 */
public record Step(List<String> send, Mood mood, String reason) {
  /** What is waited for. */
  public enum Mood {
    /** An answer; what was sent is sent again until something comes. */
    ASKING,
    /** An answer that is on its way; nothing is sent again. */
    WAITING,
    /** As {@link #ASKING}; what the conversation was begun for has come. */
    ANSWERED,
    /** Nothing any more: all went well. */
    DONE,
    /** Nothing any more. */
    FAILED
  }

  /** Sends and asks until there is an answer. */
  static Step ask(String... requests) {
    return new Step(List.of(requests), Mood.ASKING, null);
  }

  /** Stops the asking; an answer is on its way. */
  static Step await() {
    return new Step(List.of(), Mood.WAITING, null);
  }

  /** What it was begun for has come; there is still something to ask. */
  static Step answered(String... requests) {
    return new Step(List.of(requests), Mood.ANSWERED, null);
  }

  /** Ends it well. */
  static Step done() {
    return new Step(List.of(), Mood.DONE, null);
  }

  /** Ends it badly. */
  static Step failed(String reason) {
    return new Step(List.of(), Mood.FAILED, reason);
  }
}
