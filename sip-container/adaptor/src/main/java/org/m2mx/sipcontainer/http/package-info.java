/** HTTP sessions that belong to application sessions (JSR 289 section 13). */
package org.m2mx.sipcontainer.http;
