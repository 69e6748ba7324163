package org.m2mx.sipcontainer.transport;

import static org.assertj.core.api.Assertions.assertThat;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.lang.ref.WeakReference;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.flow.Flow;

class CompletedTransactionsTest {
  private static final byte[] ANSWER = new byte[700];

  private long now = 5;
  private final CompletedTransactions completed = new CompletedTransactions(10_000, () -> now);

  private void add(String id) {
    DatagramFlow alice = flow("192.0.2.1", 40_000);
    completed.add(id, "OPTIONS", alice.remote().getAddress(), alice, ANSWER);
  }

  @Test
  void forgetsAfterHalfAMinute() {
    add("a");
    now += Duration.ofSeconds(10).toNanos();
    add("b");
    now += Duration.ofSeconds(22).toNanos();
    completed.expire();
    assertThat(completed.size()).as("timer J of the first is just about to fire").isEqualTo(2);
    now++;
    completed.expire();
    assertThat(completed.size()).isEqualTo(1);
    now += Duration.ofSeconds(10).toNanos();
    completed.expire();
    assertThat(completed.size()).isZero();
  }

  @Test
  void holdsNoMoreThanItMay() {
    for (int i = 0; i < 1000; i++) {
      add("id" + i);
    }
    assertThat(completed.size()).isEqualTo(10);
  }

  @Test
  void knowsAnInviteByItsTransactionAndItsSender() throws Exception {
    DatagramFlow alice = flow("192.0.2.1", 40_000);
    completed.addInvite("z9hg4bk-call", alice);
    assertThat(completed.repeat(request("INVITE"), alice)).isTrue();
    assertThat(completed.repeat(request("ACK"), alice)).isTrue();
    assertThat(completed.repeat(request("INVITE"), flow("192.0.2.2", 40_000))).isFalse();
    assertThat(completed.repeat(request("OPTIONS"), alice)).isFalse();
    assertThat(completed.hasInvite("z9hg4bk-call", flow("192.0.2.1", 50_000))).isTrue();
    assertThat(completed.hasInvite("z9hg4bk-call", flow("192.0.2.2", 40_000))).isFalse();
    assertThat(completed.hasInvite("z9hg4bk-other", alice)).isFalse();
    now += Duration.ofSeconds(32).toNanos() + 1;
    completed.expire();
    assertThat(completed.repeat(request("INVITE"), alice)).isFalse();
    assertThat(completed.hasInvite("z9hg4bk-call", alice)).isFalse();
  }

  @Test
  void keepsNoConnectionThatIsClosed() throws Exception {
    Closable open = new Closable(flow("192.0.2.1", 40_000).remote());
    completed.addInvite("z9hg4bk-call", open);
    assertThat(completed.hasInvite("z9hg4bk-call", open)).isTrue();
    open.close();
    assertThat(completed.hasInvite("z9hg4bk-call", open)).isFalse();
    assertThat(completed.has("z9hg4bk-call")).as("it is no new request if it comes again").isTrue();
    WeakReference<Closable> closed = new WeakReference<>(open);
    open = null;
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (closed.get() != null) {
      assertThat(System.nanoTime()).as("still held").isLessThan(deadline);
      System.gc();
      Thread.sleep(10);
    }
    assertThat(completed.size()).isEqualTo(1);
  }

  /** A connection as far as it is found again. */
  private static final class Closable extends SipChannel {
    private final Map<String, SipChannel> open = new HashMap<>();

    Closable(InetSocketAddress remote) {
      super(null, null, remote);
      open.put("it", this);
    }

    @Override
    Supplier<Optional<SipChannel>> reference() {
      Map<String, SipChannel> all = open;
      return () -> Optional.ofNullable(all.get("it"));
    }

    @Override
    public Transport transport() {
      return Transport.TLS;
    }

    @Override
    public Flow flow() {
      throw new UnsupportedOperationException("not asked for");
    }

    @Override
    void send(byte[] message) {
      throw new UnsupportedOperationException("nothing is sent again over a connection");
    }

    @Override
    public void close() {
      open.clear();
    }
  }

  @Test
  void takesNoAnsweredRequestButAnInviteForOneToCancel() throws Exception {
    DatagramFlow alice = flow("192.0.2.1", 40_000);
    completed.add("z9hg4bk-call", "OPTIONS", alice.remote().getAddress(), alice, ANSWER);
    assertThat(completed.hasInvite("z9hg4bk-call", alice)).isFalse();
    assertThat(completed.repeat(request("ACK"), alice)).isFalse();
  }

  private static DatagramFlow flow(String address, int port) {
    return new DatagramFlow(null, null, new InetSocketAddress(address, port));
  }

  private static SIPRequest request(String method) throws ParseException {
    return (SIPRequest)
        new StringMsgParser()
            .parseSIPMessage(
                String.join(
                        "\r\n",
                        method + " sip:bob@example.org SIP/2.0",
                        "Via: SIP/2.0/UDP 192.0.2.1:40000;branch=z9hG4bK-call;rport",
                        "From: <sip:alice@example.org>;tag=a",
                        "To: <sip:bob@example.org>",
                        "Call-ID: call",
                        "CSeq: 1 " + method,
                        "Content-Length: 0",
                        "",
                        "")
                    .getBytes(StandardCharsets.UTF_8),
                true,
                false,
                null);
  }

  @Test
  void keepsOneAnswerOfATransaction() {
    add("a");
    add("a");
    assertThat(completed.size()).isEqualTo(1);
    now += Duration.ofMinutes(1).toNanos();
    completed.expire();
    for (int i = 0; i < 10; i++) {
      add("id" + i);
    }
    assertThat(completed.size()).as("what was replaced is not counted any more").isEqualTo(10);
  }
}
