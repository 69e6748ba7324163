/** What an operator shows beside its password: codes of an authenticator app (RFC 6238). */
package org.m2mx.registry.secondfactor;
