/** The audit trail, to look through and to take along. */
package org.m2mx.console.audit;
