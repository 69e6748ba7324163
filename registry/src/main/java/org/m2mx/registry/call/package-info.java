/**
 * Whether a call may go through and where to, and what became of it.
 *
 * <p>For operators: {@link org.m2mx.registry.call.CallDecisions#explain} says whether one may call
 * another, rule by rule; {@link org.m2mx.registry.call.CallRecords} finds the calls there were and
 * gives the trace of each.
 */
package org.m2mx.registry.call;
