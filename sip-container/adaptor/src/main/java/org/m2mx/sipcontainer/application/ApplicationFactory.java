package org.m2mx.sipcontainer.application;

import javax.servlet.sip.AuthInfo;
import org.m2mx.sipcontainer.security.KnownPasswords;
import org.mobicents.servlet.sip.message.SipFactoryFacade;
import org.mobicents.servlet.sip.message.SipFactoryImpl;

/** The core's factory, whose passwords are never logged and belong to the status they are for. */
final class ApplicationFactory extends SipFactoryFacade {
  private static final long serialVersionUID = 1L;

  ApplicationFactory(SipFactoryImpl core, SipApplication application) {
    super(core, application);
  }

  @Override
  public AuthInfo createAuthInfo() {
    return new KnownPasswords();
  }
}
