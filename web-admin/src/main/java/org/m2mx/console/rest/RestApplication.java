package org.m2mx.console.rest;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;

/** Everything below {@code /api/v1}. */
@ApplicationPath(RestApplication.PATH)
public class RestApplication extends Application {
  /** Where it is, within the console. */
  public static final String PATH = "/api/v1";
}
