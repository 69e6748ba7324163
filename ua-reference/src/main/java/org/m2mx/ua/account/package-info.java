/** What the ISP hands out when an account is opened. */
package org.m2mx.ua.account;
