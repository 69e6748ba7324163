package org.m2mx.console.openid;

/**
 * Whom the provider vouches for.
 *
 * @param name the operator's, as the claim says; never empty
 * @param subject the provider's own name for the person, which it gives to nobody else
 * @param idToken what the provider said, for signing out there
 */
public record Vouched(String name, String subject, String idToken) {}
