/** Streams of octets that are read and written by the piece. */
package org.m2mx.ua.octets;
