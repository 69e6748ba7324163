/**
 * Who may call whom: nobody, unless the ISP or the callee's own list says so. {@link
 * org.m2mx.registry.call.CallDecisions} puts the two together.
 */
package org.m2mx.registry.permission;
