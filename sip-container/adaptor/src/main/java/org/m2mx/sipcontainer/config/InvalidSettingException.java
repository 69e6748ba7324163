package org.m2mx.sipcontainer.config;

/** A setting the container cannot work with; the message names it, its value and the remedy. */
public class InvalidSettingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Describes the setting.
   *
   * @param key the configuration key
   * @param value its value; never a secret
   * @param problem what is wrong with it and what to do
   */
  public InvalidSettingException(String key, Object value, String problem) {
    super(message(key, value, problem));
  }

  /**
   * Describes the setting and what was thrown on its use.
   *
   * @param key the configuration key
   * @param value its value; never a secret
   * @param problem what is wrong with it and what to do
   * @param cause what was thrown
   */
  public InvalidSettingException(String key, Object value, String problem, Throwable cause) {
    super(message(key, value, problem), cause);
  }

  private static String message(String key, Object value, String problem) {
    return "%s=%s: %s".formatted(key, value, problem);
  }
}
