/**
 * The user agent as a library: register a name, call another, exchange data directly.
 *
 * <p>Start at {@link org.m2mx.ua.UserAgent}.
 */
package org.m2mx.ua;
