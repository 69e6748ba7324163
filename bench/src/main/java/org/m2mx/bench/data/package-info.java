/** The user agents' data channel, beside openssl's, and how soon it is there. */
package org.m2mx.bench.data;
