/** The tables, brought up to date by Flyway before anything else uses the database. */
package org.m2mx.registry.schema;
