package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;

/** Sets headers that only the peer reads, as it may and as it may not. */
public class ServerHeaderServlet extends SipServlet {
  private static final long serialVersionUID = 1L;

  @Override
  protected void doRequest(SipServletRequest request) throws IOException {
    SipServletResponse response = request.createResponse(SipServletResponse.SC_OK);
    response.setHeader("Server", "first/1.0");
    response.setHeader("Server", "thing/1.0 (of \"many\" products) part/2");
    response.setHeader("Date", "Sat, 13 Nov 2010 23:29:00 GMT");
    assertThat(response.getHeader("Server")).isEqualTo("thing/1.0 (of \"many\" products) part/2");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> response.setHeader("Server", "thing\r\nX-Forged: yes"));
    response.send();
  }
}
