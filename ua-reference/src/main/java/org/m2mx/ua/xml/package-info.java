/** Reading of XML that strangers have written. */
package org.m2mx.ua.xml;
