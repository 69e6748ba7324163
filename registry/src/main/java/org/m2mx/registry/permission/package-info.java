/** Who may call whom: nobody, unless the callee's list says so. */
package org.m2mx.registry.permission;
