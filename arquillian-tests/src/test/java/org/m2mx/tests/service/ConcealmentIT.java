package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.inject.Inject;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.sql.DataSource;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.Aor;
import org.m2mx.registry.call.CallDecisions;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.tests.wire.SipMessage;
import org.m2mx.tests.wire.WireDevice;

/**
 * Whoever may not know of a callee cannot tell it from nobody: not by what is answered, and not by
 * the work that goes into the answer.
 */
@ArquillianTest
class ConcealmentIT extends ServiceTest {
  private static final List<String> METHODS = List.of("INVITE", "MESSAGE", "OPTIONS", "SUBSCRIBE");

  @Inject Permissions permissions;
  @Inject CallDecisions decisions;
  @Inject DataSource database;

  private WireDevice caller;
  private WireDevice registered;
  private Map<String, Aor> callees;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(ConcealmentIT.class, CountedHashes.class);
  }

  @BeforeEach
  void openEveryClassOfCallee() throws Exception {
    Aor mallory = subscriber("mallory");
    Aor suspended = subscriber("video");
    permissions.permit(mallory, suspended);
    registered(suspended);
    subscribers.suspend(suspended);
    Aor deaf = subscriber("video");
    registered = registered(deaf);
    callees = new LinkedHashMap<>();
    callees.put("nobody", fresh("video"));
    callees.put("suspended", suspended);
    callees.put("registered, not permitting", deaf);
    callees.put("not registered, not permitting", subscriber("video"));
    Aor like = fresh("video");
    callees.put("of a domain that is not ours", new Aor(like.user(), "fire.example"));
    caller = registered(mallory);
  }

  @Test
  void everyAnswerIsThatForNobodyByteForByte() throws Exception {
    for (String method : METHODS) {
      Map<String, String> conversations = new LinkedHashMap<>();
      for (var callee : callees.entrySet()) {
        conversations.put(callee.getKey(), conversation(method, callee.getValue()));
      }
      String nobody = conversations.get("nobody");
      assertThat(nobody).as(method).contains("SIP/2.0 404 ");
      assertThat(conversations).as(method).allSatisfy((who, c) -> assertThat(c).isEqualTo(nobody));
    }
    assertThat(registered.connection().silentFor(Duration.ofMillis(500)))
        .as("the callee hears nothing of it")
        .isTrue();
  }

  @Test
  void everyRefusalCostsTheSameWork() throws Exception {
    try (CountedHashes hashes = CountedHashes.install();
        var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute("set query_statistics true");
      // What the server does of itself may fall into one measurement; into three, only a
      // difference.
      var works = works(hashes);
      for (int again = 0; again < 2 && !alike(works); again++) {
        openEveryClassOfCallee();
        works = works(hashes);
      }
      statement.execute("set query_statistics false");
      assertThat(works)
          .allSatisfy(
              (method, ofMethod) -> {
                assertThat(ofMethod.get("nobody"))
                    .as(method)
                    .allSatisfy(work -> assertThat(work.hashes()).isPositive());
                assertThat(Set.copyOf(ofMethod.values())).as("%s", ofMethod).hasSize(1);
              });
    }
  }

  /**
   * A whole one: 4 s after a refusal the server has forgotten its INVITE, and takes what comes then
   * for something new.
   */
  private String conversation(String method, Aor callee) throws IOException {
    for (int attempt = 1; true; attempt++) {
      long begun = System.nanoTime();
      String text = new Conversation(method, callee).run();
      if (System.nanoTime() - begun < Duration.ofSeconds(2).toNanos() || attempt == 10) {
        return text;
      }
    }
  }

  private static boolean alike(Map<String, Map<String, List<Work>>> works) {
    return works.values().stream().allMatch(each -> Set.copyOf(each.values()).size() == 1);
  }

  /**
   * By method and kind of callee: when nothing is remembered of the two, and when the ruling is.
   */
  private Map<String, Map<String, List<Work>>> works(CountedHashes hashes) throws Exception {
    Map<String, Map<String, List<Work>>> works = new LinkedHashMap<>();
    for (String method : METHODS) {
      Map<String, List<Work>> ofMethod = new LinkedHashMap<>();
      for (var callee : callees.entrySet()) {
        Work first = work(hashes, method, callee.getValue());
        ofMethod.put(callee.getKey(), List.of(first, work(hashes, method, callee.getValue())));
      }
      works.put(method, ofMethod);
    }
    return works;
  }

  /** What one request makes the server do. */
  private record Work(long queries, long memoryReads, long hashes) {}

  private Work work(CountedHashes hashes, String method, Aor callee) throws Exception {
    long queries = queries();
    CallDecisions.Memory memory = decisions.memory();
    long hashed = hashes.count();
    new Conversation(method, callee).run();
    CallDecisions.Memory after = decisions.memory();
    return new Work(
        queries() - queries,
        after.hits() + after.misses() - memory.hits() - memory.misses(),
        hashes.count() - hashed);
  }

  /**
   * The selects of the service so far: not the test's own, and not those of the sweeper, which
   * lock.
   */
  private long queries() throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                """
                select coalesce(sum(execution_count), 0)
                from information_schema.query_statistics
                where lower(sql_statement) like 'select%'
                  and lower(sql_statement) not like '%query_statistics%'
                  and lower(sql_statement) not like '%for update%'
                """)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** One request with everything a client may do around it, and what the server says to that. */
  private final class Conversation {
    private final String method;
    private final Aor callee;
    private final String id = "%016x".formatted(System.nanoTime());
    private final List<SipMessage> answers = new ArrayList<>();
    private int cseq;

    Conversation(String method, Aor callee) {
      this.method = method;
      this.callee = callee;
    }

    String run() throws IOException {
      SipMessage challenge = ask(request(method, ++cseq, ""));
      acknowledge(challenge);
      String proof = caller.authorization(challenge, method, callee.toString());
      String request = request(method, ++cseq, proof);
      SipMessage refusal = ask(request);
      answers.add(refusal);
      if (method.equals("INVITE")) {
        // Other requests are not sent again over TLS (RFC 3261 section 17.1.2.2).
        answers.add(ask(request));
        answers.add(ask(request("CANCEL", cseq, "")));
        acknowledge(refusal);
      }
      StringBuilder text = new StringBuilder();
      answers.forEach(answer -> text.append(withoutWhatIsTheRequests(answer)));
      return text.toString();
    }

    private SipMessage ask(String request) throws IOException {
      caller.connection().send(request);
      // A busy server says 100 first, to whomever.
      return caller.connection().await(m -> !m.isRequest() && m.status() >= 200);
    }

    private void acknowledge(SipMessage refusal) throws IOException {
      if (method.equals("INVITE")) {
        String to = ";tag=" + refusal.tag("To").orElseThrow();
        caller
            .connection()
            .send(
                request("ACK", cseq, "")
                    .replace("To: <" + callee + ">", "To: <" + callee + ">" + to));
      }
    }

    private String request(String of, int number, String headers) {
      String event = of.equals("SUBSCRIBE") ? "Event: presence\n" : "";
      return """
      %s %s SIP/2.0
      Via: SIP/2.0/TLS %s;branch=z9hG4bK%s%d;rport
      Max-Forwards: 70
      From: <%s>;tag=mine
      To: <%s>
      Call-ID: %s
      CSeq: %d %s
      Contact: %s
      %s%sContent-Length: 0

      """
          .formatted(
              of,
              callee,
              caller.connection().localHostPort(),
              id,
              number,
              caller.aor(),
              callee,
              id,
              number,
              of,
              caller.contact(),
              event,
              headers);
    }

    private String withoutWhatIsTheRequests(SipMessage answer) {
      String tag = answer.tag("To").orElse("");
      return answer
          .toString()
          .replace(id, "id")
          .replace(callee.toString(), "callee")
          .replace(tag, "tag");
    }
  }
}
