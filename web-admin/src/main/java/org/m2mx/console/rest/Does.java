package org.m2mx.console.rest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What an operation does, for those who read its description. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface Does {
  /** A sentence. */
  String value();

  /** The status when it went well. */
  int status() default 200;

  /** What comes back then. */
  Class<? extends Record> gives() default Nothing.class;

  /** The parameters of the query that it knows. */
  String[] query() default {};

  /** Nothing comes back. */
  record Nothing() {}
}
