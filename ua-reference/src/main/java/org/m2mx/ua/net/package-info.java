/** IP addresses: how they are written, and which one is ours. */
package org.m2mx.ua.net;
