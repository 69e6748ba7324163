/**
 * What belongs to one device for good: its key, its certificate, its instance-id, and the peers it
 * knows.
 */
package org.m2mx.ua.device;
