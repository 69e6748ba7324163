package org.m2mx.sipcontainer.descriptor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import javax.servlet.sip.Address;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RulesTest {
  private static <T> T stub(Class<T> type, Map<String, ?> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                arguments == null
                    ? answers.get(method.getName())
                    : answers.get(method.getName() + "." + arguments[0])));
  }

  private final SipURI uri =
      stub(
          SipURI.class,
          Map.of(
              "getScheme", "sips",
              "getUser", "Bob",
              "getHost", "pbx.example.org",
              "getPort", -1,
              "isSecure", true,
              "getParameter.lr", ""));
  private final Address from =
      stub(Address.class, Map.of("getDisplayName", "Alice", "getURI", uri));
  private final SipServletRequest request =
      stub(
          SipServletRequest.class,
          Map.of("getMethod", "INVITE", "getRequestURI", uri, "getFrom", from));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<equal><var>request.method</var><value>INVITE</value></equal>|true",
        "<equal><var>request.method</var><value>invite</value></equal>|false",
        "<equal ignore-case='true'><var>request.method</var><value>invite</value></equal>|true",
        "<contains><var>request.uri.user</var><value>ob</value></contains>|true",
        "<contains ignore-case='true'><var>request.uri.user</var><value>BO</value></contains>|true",
        "<contains><var>request.uri.user</var><value>al</value></contains>|false",
        "<exists><var>request.uri.param.lr</var></exists>|true",
        "<exists><var>request.uri.param.maddr</var></exists>|false",
        "<exists><var>request.to</var></exists>|false",
        "<equal><var>request.uri.port</var><value>5061</value></equal>|true",
        "<equal><var>request.uri.scheme</var><value>sips</value></equal>|true",
        "<equal><var>request.from.display-name</var><value>Alice</value></equal>|true",
        "<subdomain-of><var>request.from.uri.host</var><value>Example.org</value></subdomain-of>|true",
        "<subdomain-of><var>request.uri.host</var><value>ample.org</value></subdomain-of>|false",
        "<subdomain-of><var>request.uri.host</var><value>pbx.example.org</value></subdomain-of>|true",
        "<not><exists><var>request.route</var></exists></not>|true",
        "<and><exists><var>request.method</var></exists><exists><var>request.to</var></exists></and>|false",
        "<or><exists><var>request.method</var></exists><exists><var>request.to</var></exists></or>|true"
      })
  void matchesAsJsr289Says(String rule, boolean matches) throws SipXmlException {
    Element element =
        Element.read("test", new ByteArrayInputStream(rule.getBytes(StandardCharsets.UTF_8)));
    assertThat(Rules.read(element).matches(request)).isEqualTo(matches);
  }
}
