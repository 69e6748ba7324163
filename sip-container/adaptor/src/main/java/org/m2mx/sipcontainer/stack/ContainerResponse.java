package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.header.ims.PathHeader;
import java.io.IOException;
import javax.sip.Dialog;
import javax.sip.Transaction;
import javax.sip.header.ContactHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.message.SipServletResponseImpl;

/** The core's response, completed with what newer Servlet API versions ask for. */
final class ContainerResponse extends SipServletResponseImpl {
  private static final long serialVersionUID = 1L;

  ContainerResponse(
      Response response,
      SipFactoryImpl factory,
      Transaction transaction,
      MobicentsSipSession session,
      Dialog dialog,
      boolean received,
      boolean retransmission) {
    super(response, factory, transaction, session, dialog, received, retransmission);
  }

  /**
   * Sends it. The core puts a Contact into every answer to an INVITE, a refusal too, which has no
   * use for it (RFC 3261 table 2) and would only tell a stranger another address of this server.
   */
  @Override
  public void send() throws IOException {
    if (getStatus() >= SC_BAD_REQUEST && getStatus() != SC_AMBIGUOUS) {
      getMessage().removeHeader(ContactHeader.NAME);
    }
    super.send();
  }

  /** A registrar repeats the Path it has stored (RFC 3327 section 5.3); the core reserves it. */
  @Override
  public ModifiableRule getModifiableRule(String headerName) {
    return PathHeader.NAME.equalsIgnoreCase(headerName) && Request.REGISTER.equals(getMethod())
        ? ModifiableRule.Modifiable
        : super.getModifiableRule(headerName);
  }

  /** A SIP body is set whole, and its length with it. */
  @Override
  public void setContentLengthLong(long length) {
    setContentLength(Math.toIntExact(length));
  }
}
