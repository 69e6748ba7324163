/** The page of a subscriber: standing, credential, who may call it, where it is. */
package org.m2mx.console.subscriber;
