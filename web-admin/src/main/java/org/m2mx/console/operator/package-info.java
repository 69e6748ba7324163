/** The operators, and who of them may do what. */
package org.m2mx.console.operator;
