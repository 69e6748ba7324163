/** Signing in and out; the server itself checks the password. */
package org.m2mx.console.signin;
