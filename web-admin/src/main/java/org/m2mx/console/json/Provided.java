package org.m2mx.console.json;

import jakarta.json.spi.JsonProvider;

/**
 * The server's implementation of JSON, looked for once. {@link jakarta.json.Json} looks for it in
 * every archive of the class path each time, which was a sixth of what opening an account cost.
 */
public final class Provided {
  /** Makes readers, and parts of what is written. */
  public static final JsonProvider JSON = JsonProvider.provider();

  private Provided() {}
}
