package org.m2mx.registry.schema;

/**
 * Told once at start, when the tables are as this version of the registry needs them.
 *
 * @param version the version of the last migration
 */
public record SchemaReady(String version) {}
