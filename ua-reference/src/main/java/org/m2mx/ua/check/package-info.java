/**
 * Named cases that a server or another user agent is held against, each with the section of the RFC
 * that asks for it and the messages that show the outcome.
 */
package org.m2mx.ua.check;
