/** What is typed or sent, the forms it must have, and what to say when it has not. */
package org.m2mx.console.form;
