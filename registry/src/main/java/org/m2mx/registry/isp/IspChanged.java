package org.m2mx.registry.isp;

/**
 * CDI event, fired in the transaction that opens, suspends, resumes or deletes an ISP. Observe it
 * after completion.
 *
 * @param domain whose, in lower case
 * @param deleted whether it goes, and its subscribers with it, who are not told of one by one
 */
public record IspChanged(String domain, boolean deleted) {}
