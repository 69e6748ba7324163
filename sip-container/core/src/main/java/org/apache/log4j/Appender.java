package org.apache.log4j;

/** Named in a signature of the SIP stack; there are none here. */
public interface Appender {}
