package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallRecord.Ending;
import org.m2mx.registry.call.CallRecords;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/** Who may call somebody may watch whether it is there (RFC 3856, RFC 6665). */
@ArquillianTest
class PresenceIT extends ServiceTest {
  @Inject Permissions permissions;
  @Inject CallRecords records;

  private Aor alice;
  private Aor video;
  private WireDevice watcher;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(PresenceIT.class);
  }

  @BeforeEach
  void permit() throws Exception {
    alice = subscriber("alice");
    video = subscriber("video");
    permissions.permit(alice, video);
    watcher = registered(alice);
  }

  @Test
  void theWatcherIsToldWhenTheOtherComesAndGoes() throws Exception {
    SipMessage ok = subscribe("Event: presence\nExpires: 600\nAccept: application/pidf+xml\n");
    assertThat(ok.status()).isEqualTo(200);
    assertThat(ok.header("Expires")).contains("600");

    SipMessage first = notified();
    assertThat(first.header("Event")).contains("presence");
    assertThat(first.header("Subscription-State").orElseThrow()).startsWith("active;expires=");
    assertThat(first.header("Content-Type")).contains("application/pidf+xml");
    assertThat(first.body())
        .contains("<basic>closed</basic>")
        .contains("entity=\"pres:" + video.user() + "@" + video.domain() + "\"");

    WireDevice device = registered(video);
    SipMessage second = notified();
    assertThat(second.body()).contains("<basic>open</basic>");
    assertThat(second.body()).as("not where it is").doesNotContain("::1");
    device.register("Contact: " + device.contact() + "\n");
    assertThat(watcher.connection().silentFor(Duration.ofMillis(300)))
        .as("a refresh changes nothing")
        .isTrue();

    device.connection().close();
    assertThat(notified().body()).contains("<basic>closed</basic>");
  }

  @Test
  void aWatcherThatIsPermittedNoMoreIsToldNoMore() throws Exception {
    registered(video);
    subscribe("Event: presence\n");
    assertThat(notified().body()).contains("<basic>open</basic>");

    permissions.revoke(alice, video);

    SipMessage last = notified();
    assertThat(last.header("Subscription-State")).contains("terminated;reason=rejected");
    assertThat(last.body()).contains("<basic>closed</basic>");
  }

  @Test
  void whoOnlyAsksIsToldOnce() throws Exception {
    registered(video);

    assertThat(subscribe("Event: presence\nExpires: 0\n").header("Expires")).contains("0");

    SipMessage only = notified();
    assertThat(only.header("Subscription-State")).contains("terminated;reason=timeout");
    assertThat(only.body()).contains("<basic>open</basic>");
  }

  @Test
  void aSubscriptionEndsWithItsWatchersConnection() throws Exception {
    subscribe("Event: presence\n");
    notified();

    watcher.connection().close();

    CallRecord record = ended();
    assertThat(record.method()).isEqualTo("SUBSCRIBE");
    assertThat(record.callee().aor()).isEqualTo(video);
    assertThat(record.ending()).contains(Ending.LAPSED);
  }

  @Test
  void whatCannotBeSubscribedToIsNamed() throws Exception {
    SipMessage event = subscribe("Event: weather\n");
    assertThat(event.status()).isEqualTo(489);
    assertThat(event.header("Allow-Events").orElseThrow()).contains("presence");
    SipMessage document = subscribe("Event: presence\nAccept: text/plain\n");
    assertThat(document.status()).isEqualTo(406);
    assertThat(document.header("Accept")).contains("application/pidf+xml");
    SipMessage brief = subscribe("Event: presence\nExpires: 10\n");
    assertThat(brief.status()).isEqualTo(423);
    assertThat(brief.header("Min-Expires")).contains("60");
    SipMessage extension = subscribe("Event: presence\nRequire: eventlist\n");
    assertThat(extension.status()).isEqualTo(420);
    assertThat(extension.all("Unsupported")).containsExactly("eventlist");
  }

  private SipMessage subscribe(String headers) throws Exception {
    return watcher.request("SUBSCRIBE", video.toString(), headers);
  }

  private SipMessage notified() throws Exception {
    SipMessage notify = watcher.connection().request("NOTIFY");
    watcher.answer(notify, "200 OK", "");
    return notify;
  }

  private CallRecord ended() throws Exception {
    return await("the record of the ended call")
        .atMost(PATIENCE)
        .until(
            () ->
                records.search(CallSearch.all().of(alice), Optional.empty(), 1).calls().stream()
                    .findFirst(),
            found -> found.flatMap(CallRecord::ending).isPresent())
        .orElseThrow();
  }
}
