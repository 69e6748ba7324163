/** The ways to install that docs/operators/install.md describes, followed step by step. */
package org.m2mx.tests.install;
