package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.m2mx.sipcontainer.stack.SipClient.Received;

/** A call to bob, relayed by a {@link RelayServlet}, as each side saw it. */
record Call(SipClient caller, SipClient callee, String id, Received invite, Received ok) {

  static Received register(SipClient client, String user) throws IOException {
    client.send(
        "REGISTER",
        "sip:example.org",
        UUID.randomUUID().toString(),
        1,
        "<sip:%s@example.org>".formatted(user));
    return client.receive();
  }

  /** INVITE and what belongs to it; the ACK is on its way. */
  static Call establish(SipClient caller, SipClient callee) throws IOException {
    String id = UUID.randomUUID().toString();
    caller.send("INVITE", "sip:bob@example.org", id, 1, "<sip:bob@example.org>");
    Received invite = callee.receive();
    callee.answer(invite, "180 Ringing");
    callee.answer(invite, "200 OK");
    Received ok = caller.receive();
    Call call = new Call(caller, callee, id, invite, ok);
    call.sendFromCaller("ACK", 1);
    return call;
  }

  /** A whole call: requests within the dialog go both ways, each down the other's flow. */
  static Call throughTheServer(SipClient caller, SipClient callee) throws IOException {
    assertThat(register(callee, "bob").firstLine()).isEqualTo("SIP/2.0 200 OK");
    Call call = establish(caller, callee);
    assertThat(call.invite.text()).doesNotContain("flow.invalid").doesNotContain("Route: <sip:b");
    Received ack = callee.receive();
    assertThat(ack.firstLine()).isEqualTo("ACK " + uri(callee) + " SIP/2.0");
    assertThat(ack.headers("Route")).isEmpty();

    call.sendFromCaller("INFO", 2);
    Received info = callee.receive();
    assertThat(info.firstLine()).startsWith("INFO ");
    callee.answer(info, "200 OK");
    assertThat(caller.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");

    call.sendFromCallee("BYE", 1);
    Received bye = caller.receive();
    assertThat(bye.firstLine()).isEqualTo("BYE " + uri(caller) + " SIP/2.0");
    assertThat(bye.headers("Route")).isEmpty();
    caller.answer(bye, "200 OK");
    assertThat(callee.receive().firstLine()).isEqualTo("SIP/2.0 200 OK");
    return call;
  }

  void sendFromCaller(String method, int cseq) throws IOException {
    List<String> routes = new ArrayList<>(ok.headers("Record-Route"));
    Collections.reverse(routes);
    caller.send(method, uri(callee), id, cseq, ok.header("To"), lines(routes));
  }

  private void sendFromCallee(String method, int cseq) throws IOException {
    callee.send(
        method,
        uri(caller),
        id,
        cseq,
        invite.header("From"),
        lines(invite.headers("Record-Route")));
  }

  private static String uri(SipClient client) {
    return client.contact().replaceAll("[<>]", "");
  }

  private static String[] lines(List<String> routes) {
    return routes.stream().map(route -> "Route: " + route).toArray(String[]::new);
  }
}
