/** Programs that run beside a test. The tests of other modules have it, too. */
package org.m2mx.ua.testing;
