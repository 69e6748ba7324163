/** Who may call which servlet: security-constraint and login-config (JSR 289 section 17). */
package org.m2mx.sipcontainer.security;
