/** The SIP service as deployed: m2mx.ear in a managed WildFly, spoken to over TLS. */
package org.m2mx.tests.service;
