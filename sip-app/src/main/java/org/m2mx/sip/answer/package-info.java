/** How the service words its answers. */
package org.m2mx.sip.answer;
