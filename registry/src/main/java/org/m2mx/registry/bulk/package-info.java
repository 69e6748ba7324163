/** Many accounts at once: files of subscribers, checked first and then opened all or none. */
package org.m2mx.registry.bulk;
