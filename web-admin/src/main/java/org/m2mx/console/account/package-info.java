/** What a subscriber is given so that a device can go on the air. */
package org.m2mx.console.account;
