package org.m2mx.tests.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.m2mx.tests.wire.AnyCertificate;

/** A browser reduced to what it sends: follows no link by itself, keeps cookies, fills in forms. */
final class ConsoleSession {
  private static final Pattern VIEW_STATE =
      Pattern.compile("name=\"jakarta\\.faces\\.ViewState\"[^>]*value=\"([^\"]+)\"");

  private final HttpClient client;
  private String chosen;

  ConsoleSession() {
    client =
        HttpClient.newBuilder()
            .sslContext(AnyCertificate.context())
            .cookieHandler(new CookieManager())
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /** An operator with a one-time password, who chooses another. */
  static ConsoleSession settle(String name, String oneTimePassword, String chosen)
      throws IOException, InterruptedException {
    var session = new ConsoleSession();
    session.signIn(name, oneTimePassword);
    session.changePassword(oneTimePassword, chosen);
    return session;
  }

  /** The password that was chosen last in this session. */
  String chosen() {
    return chosen;
  }

  HttpResponse<String> signIn(String name, String password)
      throws IOException, InterruptedException {
    get("isps.xhtml");
    return post("j_security_check", Map.of("j_username", name, "j_password", password));
  }

  HttpResponse<String> changePassword(String present, String wanted)
      throws IOException, InterruptedException {
    chosen = wanted;
    return submit(
        "password.xhtml",
        Map.of(
            "password", "password",
            "password:present", present,
            "password:chosen", wanted,
            "password:repeated", wanted,
            "password:change", ""));
  }

  /** Fills in the form of a page that this session gets. */
  HttpResponse<String> submit(String page, Map<String, String> fields)
      throws IOException, InterruptedException {
    var state = VIEW_STATE.matcher(get(page).body());
    if (!state.find()) {
      throw new AssertionError(page + " has no form");
    }
    var all = new LinkedHashMap<>(fields);
    all.put("jakarta.faces.ViewState", state.group(1));
    return post(page, all);
  }

  HttpResponse<String> get(String page) throws IOException, InterruptedException {
    return send(request(page).GET());
  }

  /** Spends a link as a device does. */
  HttpResponse<String> take(String link) throws IOException, InterruptedException {
    return send(
        request(link)
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<String> post(String page, Map<String, String> fields)
      throws IOException, InterruptedException {
    var body =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + '=' + encoded(field.getValue()))
            .collect(joining("&"));
    return send(
        request(page)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(String page) {
    return HttpRequest.newBuilder(URI.create(Operator.console() + page));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
