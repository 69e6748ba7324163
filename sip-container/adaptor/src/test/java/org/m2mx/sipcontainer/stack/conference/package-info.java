/** An application described by annotations alone. */
@SipApplication(name = "conference", mainServlet = "rooms", sessionTimeout = 7, proxyTimeout = 11)
package org.m2mx.sipcontainer.stack.conference;

import javax.servlet.sip.annotation.SipApplication;
