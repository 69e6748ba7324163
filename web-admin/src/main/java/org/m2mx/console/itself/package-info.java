/** The pages where subscribers look after their own accounts. */
package org.m2mx.console.itself;
