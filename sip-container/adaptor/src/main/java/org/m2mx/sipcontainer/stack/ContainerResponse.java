package org.m2mx.sipcontainer.stack;

import gov.nist.javax.sip.header.ExtensionHeaderImpl;
import gov.nist.javax.sip.header.ims.PathHeader;
import java.io.IOException;
import java.util.Set;
import javax.sip.Dialog;
import javax.sip.Transaction;
import javax.sip.header.AuthenticationInfoHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.DateHeader;
import javax.sip.header.ServerHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.flow.Flow;
import org.mobicents.servlet.sip.address.AddressImpl.ModifiableRule;
import org.mobicents.servlet.sip.core.session.MobicentsSipSession;
import org.mobicents.servlet.sip.message.SipFactoryImpl;
import org.mobicents.servlet.sip.message.SipServletResponseImpl;

/** The core's response, completed with what newer Servlet API versions ask for. */
final class ContainerResponse extends SipServletResponseImpl {
  private static final long serialVersionUID = 1L;

  private static final Set<String> FOR_THE_PEER =
      Set.of(AuthenticationInfoHeader.NAME, DateHeader.NAME, ServerHeader.NAME);

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

  /**
   * Sets a header. The core would parse what only the peer reads, to write it out again as it was,
   * and for a Server of more than one product take an exception on the way.
   */
  @Override
  public void setHeader(String name, String value) {
    if (!FOR_THE_PEER.contains(name) || value == null) {
      super.setHeader(name, value);
      return;
    }
    if (isCommitted()) {
      throw new IllegalStateException("the response was sent, it cannot be changed any more");
    }
    if (value.indexOf('\r') >= 0 || value.indexOf('\n') >= 0) {
      throw new IllegalArgumentException("a header is one line: " + name);
    }
    ExtensionHeaderImpl header = new ExtensionHeaderImpl(name);
    header.setValue(value);
    getMessage().setHeader(header);
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

  /** By the connection it came over, whatever its text says. */
  @Override
  public boolean isSecure() {
    return Flow.find(this).map(flow -> flow.transport().isSecure()).orElseGet(super::isSecure);
  }
}
