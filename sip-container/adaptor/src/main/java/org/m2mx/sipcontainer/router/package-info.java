/** Which applications serve a request, and in what order (JSR 289 section 15 and appendix C). */
package org.m2mx.sipcontainer.router;
