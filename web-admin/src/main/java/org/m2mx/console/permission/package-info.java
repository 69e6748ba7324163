/** Who may call whom: an ISP's rules and groups, and trying them. */
package org.m2mx.console.permission;
