/** Internet service providers: each owns a domain and the subscribers in it. */
package org.m2mx.registry.isp;
