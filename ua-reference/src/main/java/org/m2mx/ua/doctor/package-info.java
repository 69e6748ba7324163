/** What may be wrong between this machine and its calls, looked at one thing after the other. */
package org.m2mx.ua.doctor;
