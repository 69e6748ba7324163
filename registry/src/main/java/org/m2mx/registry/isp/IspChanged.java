package org.m2mx.registry.isp;

/**
 * CDI event, fired in the transaction that opens, suspends or resumes an ISP. Observe it after
 * completion.
 *
 * @param domain whose, in lower case
 */
public record IspChanged(String domain) {}
