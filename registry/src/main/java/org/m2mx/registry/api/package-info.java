/** Programs: the keys they act with, and what they were answered. */
package org.m2mx.registry.api;
