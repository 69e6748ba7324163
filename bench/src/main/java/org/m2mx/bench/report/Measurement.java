package org.m2mx.bench.report;

/**
 * One round of one server.
 *
 * @param held the highest rate without failures, a second
 * @param best of what went well a second, at whatever rate was tried
 * @param beyond what went well a second at twice the rate that was held
 * @param serverMicros processor time of the server for each, microseconds
 * @param databaseMicros processor time of the database for each, microseconds
 * @param p50Millis half of them were answered within this, milliseconds
 * @param p99Millis 99 of 100 were answered within this, milliseconds
 * @param memoryMib of the server's processes, MiB
 */
public record Measurement(
    double held,
    double best,
    double beyond,
    double serverMicros,
    double databaseMicros,
    double p50Millis,
    double p99Millis,
    double memoryMib) {}
