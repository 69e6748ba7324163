package org.m2mx.registry.access;

import jakarta.enterprise.util.Nonbinding;
import jakarta.interceptor.InterceptorBinding;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A door of the registry: only an {@link Actor} with this access gets through. The ISP that is
 * reached into is the parameter marked {@link Within}; without one it is the platform as a whole,
 * which whoever is bound to an ISP does not reach. Nobody acting is nobody let in.
 */
@Inherited
@InterceptorBinding
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Requires {
  /** What the caller needs. */
  @Nonbinding
  Access value();

  /** Whether a subscriber gets through too, to what is its own: {@link Within} is its address. */
  @Nonbinding
  boolean orItself() default false;
}
