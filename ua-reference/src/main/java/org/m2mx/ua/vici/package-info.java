/** The versatile IKE control interface: how strongSwan's IKE daemon is told what to do. */
package org.m2mx.ua.vici;
