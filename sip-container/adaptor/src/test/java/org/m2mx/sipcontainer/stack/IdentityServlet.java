package org.m2mx.sipcontainer.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.m2mx.sipcontainer.continuation.Continuations;
import org.wildfly.security.auth.server.SecurityDomain;
import org.wildfly.security.auth.server.SecurityIdentity;

/** Tells whom the server takes its thread to act for, at once and when it goes on. */
public class IdentityServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doRequest(SipServletRequest request) throws IOException {
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_OK);
    answer.setHeader("X-Now", actor());
    Continuations continuations =
        (Continuations) getServletContext().getAttribute(Continuations.class.getName());
    Executor later = continuations.in(request.getApplicationSession());
    new Thread(() -> later.execute(() -> answer(answer))).start();
  }

  private static void answer(SipServletResponse answer) {
    answer.setHeader("X-Later", actor());
    try {
      answer.send();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String actor() {
    SecurityIdentity identity = SecurityDomain.getCurrent().getCurrentSecurityIdentity();
    StringBuilder text = new StringBuilder(identity.getPrincipal().getName());
    // As enterprise beans look roles up.
    identity.getRoles("ejb", true).forEach(role -> text.append(' ').append(role));
    return text.toString();
  }
}
