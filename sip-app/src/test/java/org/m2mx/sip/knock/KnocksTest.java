package org.m2mx.sip.knock;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.sip.Stub;
import org.m2mx.sip.edge.EdgeProxies;

/** Which requests are questions for a knock; all others go on to be messages to nobody. */
class KnocksTest {
  private static final Aor VIDEO = new Aor("video", "m2m-x.example");

  private static boolean wanted(int perMinute, String user, String host, String type) {
    Map<String, Function<Object[], Object>> uri = new HashMap<>();
    uri.put("getUser", none -> user);
    uri.put("getHost", none -> host);
    SipServletRequest request =
        Stub.of(
            SipServletRequest.class,
            Map.of(
                "getMethod", none -> "MESSAGE",
                "getRequestURI", none -> Stub.of(SipURI.class, uri),
                "getContentType", none -> type));
    KnockRules rules =
        new KnockRules(new EdgeProxies(Optional.empty()), Clock.systemUTC(), perMinute);
    return new Knocks(rules, new Knocker(Thread::new), null, null).wanted(request, VIDEO);
  }

  @Test
  void aQuestionIsAMessageToTheServerOfOnesOwnDomain() {
    assertThat(wanted(1, null, "m2m-x.example", Knock.CONTENT_TYPE)).isTrue();
    assertThat(wanted(1, null, "M2M-X.example", "Application/vnd.m2mx.knock; v=1")).isTrue();
    assertThat(wanted(1, "video", "m2m-x.example", Knock.CONTENT_TYPE)).isFalse();
    assertThat(wanted(1, null, "fire.example", Knock.CONTENT_TYPE)).isFalse();
    assertThat(wanted(1, null, "m2m-x.example", "text/plain")).isFalse();
    assertThat(wanted(1, null, "m2m-x.example", null)).isFalse();
  }

  @Test
  void whereNobodyIsKnockedAtItIsAMessageToNobody() {
    assertThat(wanted(0, null, "m2m-x.example", Knock.CONTENT_TYPE)).isFalse();
  }
}
