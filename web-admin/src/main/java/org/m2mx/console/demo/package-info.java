/** Accounts to try the service with. */
package org.m2mx.console.demo;
