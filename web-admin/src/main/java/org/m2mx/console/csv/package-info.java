/** Tables as text, for spreadsheets and back. */
package org.m2mx.console.csv;
