/**
 * Files over a data channel: the protocol of {@code send} and {@code receive}, which
 * docs/integrators/file-transfer.md describes.
 */
package org.m2mx.ua.transfer;
