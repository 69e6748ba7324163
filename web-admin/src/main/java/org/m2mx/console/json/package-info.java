/** JSON of programs. */
package org.m2mx.console.json;
