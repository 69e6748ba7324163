/** Holes in this side's firewall: one for each session, for its peer, for as long as it lasts. */
package org.m2mx.ua.firewall;
