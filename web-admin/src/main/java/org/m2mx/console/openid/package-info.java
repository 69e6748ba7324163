/** Operators whom an OpenID provider vouches for. */
package org.m2mx.console.openid;
