/** How an account reaches its device: a link that works once. */
package org.m2mx.registry.account;
