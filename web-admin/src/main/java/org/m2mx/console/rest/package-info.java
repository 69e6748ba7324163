/** The console's services for programs: REST, JSON, API keys. */
package org.m2mx.console.rest;
