/** The application that {@code bench container} deploys: it needs the SIP container and no more. */
package org.m2mx.bench.bare;
