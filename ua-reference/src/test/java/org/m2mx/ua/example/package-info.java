/** Programs that docs/integrators/library.md explains; the tests run them. */
package org.m2mx.ua.example;
