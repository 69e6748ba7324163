/** Which language the console speaks: the one chosen, or else the browser's. */
package org.m2mx.console.language;
