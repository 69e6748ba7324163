/** Two homes behind real firewalls, in network namespaces of this machine. */
package org.m2mx.tests.homes;
