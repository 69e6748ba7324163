/** The data channel: bytes between two user agents, with nobody between them. */
package org.m2mx.ua.data;
