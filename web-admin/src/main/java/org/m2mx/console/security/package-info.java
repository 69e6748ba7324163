/** What the browser is told so that it guards the console too. */
package org.m2mx.console.security;
