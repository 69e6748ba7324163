package org.m2mx.registry.access;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says which ISP a call reaches into: the parameter is an {@link org.m2mx.registry.Aor} in one of
 * its domains, or any of them itself as a {@link String}; null is the platform as a whole. What the
 * service is given is the ISP's first domain in lower case, whichever of them was named.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Within {}
