/** The pages of ISPs and of the subscribers they serve. */
package org.m2mx.console.isp;
