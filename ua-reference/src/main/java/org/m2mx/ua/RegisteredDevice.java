package org.m2mx.ua;

import java.time.Duration;

/**
 * One of the bindings of an account's name, as the registrar tells it.
 *
 * @param contact the URI that the name is bound to
 * @param expires how long the binding still holds unless it is refreshed; to the second
 * @param isThisDevice whether it is of the device that asks (the same instance-id, RFC 5626)
 */
public record RegisteredDevice(String contact, Duration expires, boolean isThisDevice) {}
