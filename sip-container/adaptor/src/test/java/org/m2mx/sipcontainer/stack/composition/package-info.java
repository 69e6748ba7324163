/** Applications that serve one request together. */
package org.m2mx.sipcontainer.stack.composition;
