/** What goes on now, at a glance. */
package org.m2mx.console.dashboard;
