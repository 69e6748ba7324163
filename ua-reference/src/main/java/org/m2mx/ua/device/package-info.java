/** What belongs to one device for good: its key, its certificate, its instance-id. */
package org.m2mx.ua.device;
