package org.m2mx.ua.transfer;

import java.io.IOException;

/** Tells somebody who waits that work goes on. */
@FunctionalInterface
interface Busy {
  void tell() throws IOException;
}
