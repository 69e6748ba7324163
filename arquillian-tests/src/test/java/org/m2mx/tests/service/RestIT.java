package org.m2mx.tests.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.m2mx.registry.Aor;
import org.m2mx.registry.api.ApiKeys;
import org.m2mx.registry.api.Scope;
import org.m2mx.registry.credential.Password;
import org.m2mx.tests.wire.AnyCertificate;

/** A program with a key, and how far it gets. */
@ArquillianTest
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestIT extends ServiceTest {
  private static final String OTHER = "other-wire.example";
  private static final String SUBSCRIBERS = "isps/" + DOMAIN + "/subscribers";
  private static final int REQUESTS_A_MINUTE = 60;
  private static final String METRICS_TOKEN = "for-the-monitors-of-the-tests-only";

  private final HttpClient client =
      HttpClient.newBuilder()
          .sslContext(AnyCertificate.context())
          .version(HttpClient.Version.HTTP_1_1)
          .build();

  @Inject ApiKeys keys;

  @Deployment
  static EnterpriseArchive service() {
    return M2mxEar.withTests(
        """
        m2mx.api.requests-per-minute=%d
        m2mx.metrics.token=%s
        """
            .formatted(REQUESTS_A_MINUTE, METRICS_TOKEN),
        RestIT.class,
        Exposition.class);
  }

  @BeforeEach
  void openAnotherIsp() {
    if (isps.find(OTHER).isEmpty()) {
      isps.open("Other", OTHER);
    }
  }

  @Test
  void anAccountIsOpenedAndItsDeviceGoesOnTheAir() throws Exception {
    var key = key(DOMAIN, Scope.WRITE);
    var user = fresh("camera").user();
    var opened = post(key, SUBSCRIBERS, "{\"user\":\"" + user + "\"}");
    assertThat(opened.statusCode()).isEqualTo(201);
    var location = opened.headers().firstValue("Location").orElseThrow();
    assertThat(location).isEqualTo(at(SUBSCRIBERS + '/' + user).toString());

    var aor = new Aor(user, DOMAIN);
    var password = Password.of(json(opened).getString("password"));
    assertThat(device(aor, password, connect()).register().status()).isEqualTo(200);
    var devices = json(get(key, SUBSCRIBERS + '/' + user + "/devices")).getJsonArray("items");
    assertThat(devices).hasSize(1);
    assertThat(devices.getJsonObject(0).getString("transport")).isEqualTo("TLS");

    var one = SUBSCRIBERS + '/' + user + "/devices/" + devices.getJsonObject(0).getString("key");
    assertThat(send(key, "DELETE", one, "").statusCode()).isEqualTo(204);
    problem(send(key, "DELETE", one, ""), 404, "not-found");
    assertThat(json(get(key, SUBSCRIBERS + '/' + user + "/devices")).getJsonArray("items"))
        .isEmpty();

    // Nobody can read the password again.
    assertThat(get(key, SUBSCRIBERS + '/' + user).body()).doesNotContain("password");
    var trail = json(get(key, "isps/" + DOMAIN + "/audit?subject=" + aor)).getJsonArray("items");
    assertThat(trail).hasSize(2);
    assertThat(trail.getJsonObject(0).getString("action")).isEqualTo("DEVICE_DEREGISTERED");
    assertThat(trail.getJsonObject(1).getString("actor")).startsWith("tests (API key ");
  }

  @Test
  void aRequestThatIsRepeatedIsDoneOnce() throws Exception {
    var key = key(DOMAIN, Scope.WRITE);
    var body = "{\"user\":\"" + fresh("tv").user() + "\"}";
    var first = post(key, SUBSCRIBERS, body, "Idempotency-Key", "order 1");
    var second = post(key, SUBSCRIBERS, body, "Idempotency-Key", "order 1");
    assertThat(first.statusCode()).isEqualTo(201);
    assertThat(second.statusCode()).isEqualTo(201);
    assertThat(second.body()).isEqualTo(first.body()).contains("password");
    assertThat(second.headers().firstValue("Idempotency-Replayed")).hasValue("true");
    problem(post(key, SUBSCRIBERS, body), 409, "conflict");
    problem(
        post(key, SUBSCRIBERS, "{\"user\":\"x\"}", "Idempotency-Key", "order 1"),
        422,
        "key-reused");
    // Another program's orders are its own.
    var other =
        post(
            key(OTHER, Scope.WRITE),
            "isps/" + OTHER + "/subscribers",
            body,
            "Idempotency-Key",
            "order 1");
    assertThat(other.headers().firstValue("Idempotency-Replayed")).isEmpty();
  }

  /** Every operation of the description is tried: a new one by itself. */
  @Test
  void aKeyReachesItsOwnIspAndNoOther() throws Exception {
    var alice = subscriber("alice");
    var operations = operations();
    assertThat(operations).hasSizeGreaterThan(15);
    // What is not there is refused as what is there.
    for (var domain : List.of(DOMAIN, "nowhere.example")) {
      var another = key(OTHER, Scope.WRITE);
      for (var operation : operations) {
        var request = operation.on(domain, alice.user());
        problem(ask(null, request), 401, "unauthenticated");
        if (!operation.equals(Operation.LIST_OF_ISPS)) {
          problem(ask(another, request), 403, "forbidden");
        }
      }
    }
    var key = key(OTHER, Scope.WRITE);
    assertThat(names(json(get(key, "isps")), "domain")).containsExactly(OTHER);
    problem(get(key, "isps/" + OTHER + "/calls/" + UUID.randomUUID()), 404, "not-found");
    problem(get(key, "isps/" + OTHER + "/subscribers/" + alice.user()), 404, "not-found");
    assertThat(get(key(DOMAIN, Scope.READ), SUBSCRIBERS + '/' + alice.user()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void aKeyToSeeChangesNothing() throws Exception {
    var alice = subscriber("alice");
    var key = key(DOMAIN, Scope.READ);
    var page = SUBSCRIBERS + '/' + alice.user();
    var before = get(key, page).body();
    for (var operation : operations()) {
      if (!operation.method().equals("GET")) {
        problem(ask(key, operation.on(DOMAIN, alice.user())), 403, "forbidden");
      }
    }
    assertThat(get(key, page).body()).isEqualTo(before);
    assertThat(json(get(key, page + "/permissions")).getJsonArray("items")).isEmpty();
  }

  /**
   * What programs can ask for.
   *
   * @param path below the API, with {@code {name}} for what varies
   * @param body what it wants to be told, or changes all of it; empty for nothing
   */
  private record Operation(String method, String path, String body) {
    static final Operation LIST_OF_ISPS = new Operation("GET", "isps", "");

    Operation on(String domain, String user) {
      return new Operation(
          method,
          path.replace("{domain}", domain)
              .replace("{user}", user)
              .replace("{callers}", "*")
              .replaceAll("\\{\\w+}", UUID.randomUUID().toString()),
          body);
    }
  }

  private List<Operation> operations() throws Exception {
    var description = json(get(null, "openapi.json"));
    var schemas = description.getJsonObject("components").getJsonObject("schemas");
    var operations = new ArrayList<Operation>();
    description
        .getJsonObject("paths")
        .forEach(
            (path, methods) ->
                methods
                    .asJsonObject()
                    .forEach(
                        (method, operation) ->
                            operations.add(
                                new Operation(
                                    method.toUpperCase(Locale.ROOT),
                                    path.substring(1),
                                    body(method, operation.asJsonObject(), schemas)))));
    return operations;
  }

  private static String body(String method, JsonObject operation, JsonObject schemas) {
    if (!operation.containsKey("requestBody")) {
      return "";
    }
    var schema =
        ((JsonString) operation.getValue("/requestBody/content/application~1json/schema/$ref"))
            .getString();
    var type = schemas.getJsonObject(schema.replaceFirst(".*/", ""));
    var fields = Json.createObjectBuilder();
    if (method.equals("patch")) {
      type.getJsonObject("properties").forEach((name, rule) -> fields.add(name, value(name, rule)));
    } else if (type.containsKey("required")) {
      type.getJsonArray("required")
          .getValuesAs(JsonString::getString)
          .forEach(name -> fields.add(name, "forged.example"));
    }
    return fields.build().toString();
  }

  private static JsonValue value(String name, JsonValue rule) {
    if (rule.asJsonObject().getString("type").equals("integer")) {
      return Json.createValue(1);
    }
    if (rule.asJsonObject().getString("type").equals("array")) {
      return Json.createArrayBuilder().add("forged.example").build();
    }
    return Json.createValue(name.equals("status") ? "SUSPENDED" : "forged.example");
  }

  private HttpResponse<String> ask(String key, Operation operation)
      throws IOException, InterruptedException {
    return send(key, operation.method(), operation.path(), operation.body(), "If-Match", "*");
  }

  @Test
  void whoeverChangesSaysWhichStateItHasSeen() throws Exception {
    var key = key(DOMAIN, Scope.WRITE);
    var alice = SUBSCRIBERS + '/' + subscriber("alice").user();
    var seen = get(key, alice);
    var tag = seen.headers().firstValue("ETag").orElseThrow();
    var unchanged = send(key, "GET", alice, "", "If-None-Match", tag);
    assertThat(unchanged.statusCode()).isEqualTo(304);

    var suspend = "{\"status\":\"SUSPENDED\"}";
    problem(send(key, "PATCH", alice, suspend), 428, "precondition-required");
    var changed = send(key, "PATCH", alice, suspend, "If-Match", tag);
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(json(changed).getString("status")).isEqualTo("SUSPENDED");
    assertThat(changed.headers().firstValue("ETag")).isNotEmpty().isNotEqualTo(tag);
    problem(send(key, "DELETE", alice, "", "If-Match", tag), 412, "stale");
    var present = changed.headers().firstValue("ETag").orElseThrow();
    assertThat(send(key, "DELETE", alice, "", "If-Match", present).statusCode()).isEqualTo(204);
    problem(get(key, alice), 404, "not-found");
  }

  @Test
  void whatIsWrongIsSaidAtItsFieldInTheConsolesWords() throws Exception {
    var key = key(DOMAIN, Scope.WRITE);
    var body = "{\"user\":\"a:b\",\"password\":\"short\"}";
    var english = json(post(key, SUBSCRIBERS, body)).getJsonArray("errors");
    assertThat(english.getValuesAs(JsonObject.class))
        .extracting(error -> error.getString("field"))
        .containsExactly("password", "user");
    assertThat(english.getJsonObject(0).getString("message"))
        .isEqualTo("A password has 12 to 128 characters and no control characters.");
    assertThat(post(key, SUBSCRIBERS, body, "Accept-Language", "ja").body())
        .contains("パスワードは 12 ～ 128 文字で、制御文字は使えません。");
    assertThat(problem(post(key, SUBSCRIBERS, "{\"usr\":\"a\"}"), 400, "invalid"))
        .contains("\"field\":\"usr\"");
    assertThat(problem(post(key, SUBSCRIBERS, "{}"), 400, "invalid"))
        .contains("\"field\":\"user\"");
    problem(post(key, SUBSCRIBERS, "[]"), 400, "invalid");
    problem(post(key, SUBSCRIBERS, " ".repeat(70_000)), 413, "too-large");
    assertThat(problem(get(key, SUBSCRIBERS + "?limit=0"), 400, "invalid")).contains("limit");
    assertThat(problem(get(key, SUBSCRIBERS + "?cursor=x"), 400, "invalid")).contains("cursor");
    for (var unknown :
        List.of(SUBSCRIBERS + "?limt=5&limit=5", "isps?limt=", "openapi.json?limt")) {
      assertThat(problem(get(key, unknown), 400, "invalid"))
          .contains("\"field\":\"limt\"")
          .doesNotContain("\"limit\"");
    }
    problem(post(key, SUBSCRIBERS + "?legacy=true", "{\"user\":\"unheard\"}"), 400, "invalid");
    problem(get(key, SUBSCRIBERS + "/unheard"), 404, "not-found");
    assertThat(send(key, "PUT", "isps", "{}").statusCode()).isEqualTo(405);
    assertThat(get(key, "nowhere").statusCode()).isEqualTo(404);
  }

  @Test
  void pagesFollowOneAnotherWhateverHappensInBetween() throws Exception {
    var key = key(DOMAIN, Scope.READ);
    var prefix = fresh("page").user();
    for (int i = 0; i < 5; i++) {
      subscribers.open(new Aor(prefix + '-' + i, DOMAIN), PASSWORD, false);
    }
    var seen = new ArrayList<String>();
    var query = "?limit=2&prefix=" + prefix;
    for (var page = json(get(key, SUBSCRIBERS + query));
        true;
        page = json(get(key, SUBSCRIBERS + query + "&cursor=" + page.getString("next")))) {
      seen.addAll(names(page, "user"));
      if (!page.containsKey("next")) {
        break;
      }
      // What was seen goes: the next page begins where it would have.
      subscribers.delete(new Aor(seen.get(seen.size() - 1), DOMAIN));
    }
    assertThat(seen)
        .containsExactly(prefix + "-0", prefix + "-1", prefix + "-2", prefix + "-3", prefix + "-4");
  }

  @Test
  void callersAreLetInAndOut() throws Exception {
    var key = key(DOMAIN, Scope.WRITE);
    var list = SUBSCRIBERS + '/' + subscriber("alice").user() + "/permissions";
    var ends = Instant.now().plus(Duration.ofDays(3)).toString();
    var given = send(key, "PUT", list + "/@" + OTHER, "{\"ends\":\"" + ends + "\"}");
    assertThat(given.statusCode()).isEqualTo(200);
    assertThat(send(key, "PUT", list + "/sip:bob@" + OTHER, "{}").statusCode()).isEqualTo(200);
    assertThat(names(json(get(key, list)), "callers"))
        .containsExactly("@" + OTHER, "sip:bob@" + OTHER);
    problem(send(key, "PUT", list + "/anybody", "{}"), 400, "invalid");
    problem(send(key, "PUT", list + "/*", "{\"ends\":\"2020-01-01T00:00:00Z\"}"), 400, "invalid");
    assertThat(send(key, "DELETE", list + "/@" + OTHER, "").statusCode()).isEqualTo(204);
    assertThat(names(json(get(key, list)), "callers")).containsExactly("sip:bob@" + OTHER);
  }

  @Test
  void thePlatformsKeyOpensRenamesAndDeletesIsps() throws Exception {
    var key = key(null, Scope.WRITE);
    var domain = fresh("isp").user() + ".example";
    var opened = post(key, "isps", "{\"domain\":\"" + domain + "\",\"name\":\"New\"}");
    assertThat(opened.statusCode()).isEqualTo(201);
    var isp = "isps/" + domain;
    problem(send(key, "DELETE", isp, "", "If-Match", "*"), 409, "conflict");
    var changed =
        send(
            key,
            "PATCH",
            isp,
            "{\"name\":\"Renamed\",\"status\":\"SUSPENDED\"}",
            "If-Match",
            opened.headers().firstValue("ETag").orElseThrow());
    assertThat(json(changed).getString("name")).isEqualTo("Renamed");
    var limited = send(key, "PATCH", isp, "{\"subscriberLimit\":1}", "If-Match", "*");
    assertThat(json(limited).getInt("subscriberLimit")).isEqualTo(1);
    var accounts = isp + "/subscribers";
    assertThat(post(key, accounts, "{\"user\":\"first\"}").statusCode()).isEqualTo(201);
    problem(post(key, accounts, "{\"user\":\"second\"}"), 409, "conflict");
    problem(send(key, "PATCH", isp, "{\"subscriberLimit\":-1}", "If-Match", "*"), 400, "invalid");

    var tag = limited.headers().firstValue("ETag").orElseThrow();
    assertThat(send(key, "DELETE", isp, "", "If-Match", tag).statusCode()).isEqualTo(204);
    problem(get(key, isp), 404, "not-found");
  }

  @Test
  void anIspOfSeveralDomainsIsOneIsp() throws Exception {
    var key = key(null, Scope.WRITE);
    var domain = fresh("isp").user() + ".example";
    var second = "second." + domain;
    var third = "third." + domain;
    var body =
        "{\"domain\":\"%s\",\"name\":\"Two\",\"domains\":[\"%s\",\"%s\"]}"
            .formatted(domain, second.toUpperCase(Locale.ROOT), domain);
    var opened = post(key, "isps", body, "Idempotency-Key", "two domains");
    assertThat(opened.statusCode()).isEqualTo(201);
    assertThat(texts(json(opened), "domains")).containsExactly(domain, second);
    assertThat(post(key, "isps", body, "Idempotency-Key", "two domains").body())
        .isEqualTo(opened.body());
    problem(
        post(key, "isps", "{\"domain\":\"%s\",\"name\":\"Late\"}".formatted(second)),
        409,
        "conflict");

    var accounts = "isps/" + domain + "/subscribers";
    assertThat(post(key, accounts, "{\"user\":\"door\"}").statusCode()).isEqualTo(201);
    var twin = post(key, accounts, "{\"user\":\"door\",\"domain\":\"%s\"}".formatted(second));
    assertThat(twin.headers().firstValue("Location"))
        .hasValue(at("isps/" + second + "/subscribers/door").toString());
    assertThat(
            problem(
                post(key, accounts, "{\"user\":\"x\",\"domain\":\"%s\"}".formatted(OTHER)),
                400,
                "invalid"))
        .contains("\"field\":\"domain\"");
    var listed = json(get(key, "isps/" + second + "/subscribers"));
    assertThat(names(listed, "aor")).containsExactly("sip:door@" + domain, "sip:door@" + second);
    assertThat(json(get(key, "isps/" + second + "/subscribers/door")).getString("domain"))
        .isEqualTo(second);

    var before = get(key, "isps/" + second);
    assertThat(json(before).getString("domain")).isEqualTo(domain);
    var tag = before.headers().firstValue("ETag").orElseThrow();
    var more = "{\"domains\":[\"%s\",\"%s\"]}".formatted(second, third);
    var changed = send(key, "PATCH", "isps/" + domain, more, "If-Match", tag);
    assertThat(texts(json(changed), "domains")).containsExactly(domain, second, third);
    problem(send(key, "PATCH", "isps/" + domain, more, "If-Match", tag), 412, "stale");
    var fewer = "{\"domains\":[\"%s\"]}".formatted(third);
    problem(send(key, "PATCH", "isps/" + domain, fewer, "If-Match", "*"), 409, "conflict");
    var gone = send(key, "DELETE", "isps/" + second + "/subscribers/door", "", "If-Match", "*");
    assertThat(gone.statusCode()).isEqualTo(204);
    var left = send(key, "PATCH", "isps/" + domain, fewer, "If-Match", "*");
    assertThat(texts(json(left), "domains")).containsExactly(domain, third);
    var wrong = send(key, "PATCH", "isps/" + domain, "{\"domains\":[\"a b\"]}", "If-Match", "*");
    assertThat(problem(wrong, 400, "invalid")).contains("\"field\":\"domains[0]\"");
  }

  private static List<String> texts(JsonObject json, String field) {
    return json.getJsonArray(field).getValuesAs(JsonString::getString);
  }

  @Test
  void theDescriptionHasEveryPathAndNeedsNoKey() throws Exception {
    var description = json(get(null, "openapi.json"));
    assertThat(description.getJsonObject("paths").keySet())
        .contains("/isps", "/isps/{domain}/subscribers/{user}/permissions/{callers}");
    var server = description.getJsonArray("servers").getJsonObject(0).getString("url");
    assertThat(server).isEqualTo(at("").toString().replaceAll("/$", ""));
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void aKeyIsGoodForSoManyRequests() throws Exception {
    var key = key(DOMAIN, Scope.READ);
    var refused = awaitTooMany(key, REQUESTS_A_MINUTE * 20);
    assertThat(problem(refused, 429, "rate-limited")).contains("Ask again");
    assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
        .isPositive();
    assertThat(get(key(DOMAIN, Scope.READ), "isps").statusCode()).isEqualTo(200);
  }

  // Last: whoever has to wait after it would be the other tests.
  @Test
  @Order(Integer.MAX_VALUE)
  void aKeyThatDoesNotWorkIsRefusedInOneWay() throws Exception {
    var ending = keys.make(DOMAIN, "tests", Scope.READ, Instant.now().plusSeconds(5)).reveal();
    var expired =
        await().atMost(PATIENCE).until(() -> get(ending, "isps"), seen -> seen.statusCode() != 200);
    var revoked = key(DOMAIN, Scope.READ);
    keys.revoke(DOMAIN, keys.list(DOMAIN).get(0).id());
    assertThat(problem(expired, 401, "unauthenticated"))
        .isEqualTo(problem(get(revoked, "isps"), 401, "unauthenticated"))
        .isEqualTo(problem(get("A".repeat(43), "isps"), 401, "unauthenticated"));
    problem(get(null, "isps"), 401, "unauthenticated");
    problem(awaitTooMany("B".repeat(43), 200), 429, "rate-limited");
  }

  private HttpResponse<String> awaitTooMany(String key, int attempts) throws Exception {
    var answer = get(key, "isps");
    for (int i = 1; i < attempts && answer.statusCode() != 429; i++) {
      answer = get(key, "isps");
    }
    return answer;
  }

  private String key(String domain, Scope scope) {
    return keys.make(domain, "tests", scope, Instant.now().plus(Duration.ofDays(1))).reveal();
  }

  @Test
  void theFiguresAreForWhoShowsTheToken() throws Exception {
    assertThat(metrics(null).statusCode()).isEqualTo(401);
    assertThat(metrics(null).headers().firstValue("WWW-Authenticate").orElseThrow())
        .startsWith("Bearer ");
    assertThat(metrics("Bearer " + METRICS_TOKEN.substring(1)).statusCode()).isEqualTo(401);
    assertThat(metrics("Basic " + METRICS_TOKEN).statusCode()).isEqualTo(401);

    var alice = registered(subscriber("alice"));
    assertThat(alice.request("INVITE", fresh("nobody").toString()).status()).isEqualTo(404);

    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              var page = metrics("Bearer " + METRICS_TOKEN);
              assertThat(page.statusCode()).isEqualTo(200);
              assertThat(page.headers().firstValue("Content-Type").orElseThrow())
                  .startsWith("text/plain;")
                  .contains("version=0.0.4");
              assertThat(page.body()).doesNotContain(DOMAIN, METRICS_TOKEN);
              var figures = Exposition.of(page.body());
              for (var wanted :
                  List.of(
                      "m2mx_registered",
                      "m2mx_registrations_total\\{result=\"accepted\"\\}",
                      "m2mx_calls_total\\{method=\"INVITE\",result=\"concealed\"\\}",
                      "m2mx_database_seconds_count\\{work=\"(bindings|calls)\"\\}",
                      "sip_requests_total\\{direction=\"in\",method=\"REGISTER\".*",
                      "sip_responses_total\\{.*method=\"INVITE\",status=\"4xx\".*",
                      "sip_processing_seconds_bucket\\{.*le=\"0.05\".*",
                      "sip_handshakes_total\\{result=\"success\",transport=\"TLS\"\\}",
                      "sip_connections\\{transport=\"TLS\"\\}",
                      "sip_sessions\\{kind=\"(sip|application)\"\\}|sip_threads",
                      "sip_certificate_expiry_timestamp_seconds",
                      "jvm_memory_used_bytes\\{area=\"heap\".*",
                      "jvm_threads_live_threads",
                      "process_files_open_files")) {
                assertThat(figures.sum(wanted).orElse(0)).as(wanted).isPositive();
              }
              assertThat(figures.types())
                  .containsKeys("jvm_gc_max_data_size_bytes", "sip_queue_length");
            });
  }

  private HttpResponse<String> metrics(String authorization)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(at("").resolve("/console/metrics"));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String key, String path)
      throws IOException, InterruptedException {
    return send(key, "GET", path, "");
  }

  private HttpResponse<String> post(String key, String path, String body, String... headers)
      throws IOException, InterruptedException {
    return send(key, "POST", path, body, headers);
  }

  private HttpResponse<String> send(
      String key, String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(at(path))
            .method(
                method,
                body.isEmpty()
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body));
    if (!body.isEmpty()) {
      request.header("Content-Type", "application/json");
    }
    if (key != null) {
      request.header("Authorization", "Bearer " + key);
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI at(String path) {
    var port = 8443 + Integer.getInteger("jboss.socket.binding.port-offset", 0);
    return URI.create("https://localhost:" + port + "/console/api/v1/" + path);
  }

  private static JsonObject json(HttpResponse<String> answer) {
    try (var reader = Json.createReader(new StringReader(answer.body()))) {
      return reader.readObject();
    }
  }

  private static List<String> names(JsonObject page, String field) {
    return page.getJsonArray("items").getValuesAs(JsonObject.class).stream()
        .map(item -> ((JsonString) item.get(field)).getString())
        .toList();
  }

  private static String problem(HttpResponse<String> answer, int status, String type) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(json(answer).getString("type")).isEqualTo("urn:m2mx:problem:" + type);
    return answer.body();
  }
}
