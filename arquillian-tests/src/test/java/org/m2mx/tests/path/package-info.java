/** The whole path as people walk it: the deployed EAR and the command {@code m2mx-ua}. */
package org.m2mx.tests.path;
