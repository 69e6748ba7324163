package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Tells who the peer has proven to be, and whether nobody listens. */
public class CertificateServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doRequest(SipServletRequest request) throws ServletException, IOException {
    X509Certificate[] chain =
        (X509Certificate[]) request.getAttribute("jakarta.servlet.request.X509Certificate");
    SipServletResponse answer = request.createResponse(SipServletResponse.SC_OK);
    answer.setHeader(
        "X-Subject", chain == null ? "none" : chain[0].getSubjectX500Principal().getName());
    answer.setHeader("X-Secure", Boolean.toString(request.isSecure()));
    answer.send();
  }
}
