/** What the console says, in English and Japanese. */
package org.m2mx.console.text;
