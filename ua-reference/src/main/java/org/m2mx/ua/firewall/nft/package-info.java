/** nftables, for a user agent on a machine that is its own gateway. */
package org.m2mx.ua.firewall.nft;
