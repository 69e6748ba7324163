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
import java.util.function.Function;
import java.util.regex.Pattern;
import org.m2mx.tests.wire.AnyCertificate;

/** A browser reduced to what it sends: follows no link by itself, keeps cookies, fills in forms. */
public final class ConsoleSession {
  private static final Pattern VIEW_STATE =
      Pattern.compile("name=\"jakarta\\.faces\\.ViewState\"[^>]*value=\"([^\"]+)\"");

  /** Comes back with the form: PrimeFaces' script adds it. */
  private static final Pattern NONCE = Pattern.compile("nonce=\"([^\"]+)\"");

  private final URI console;
  private final HttpClient client;
  private String chosen;

  ConsoleSession() {
    this(URI.create(Operator.console()));
  }

  /**
   * @param console where the console is, with a slash at the end
   */
  public ConsoleSession(URI console) {
    this.console = console;
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

  /** Signs in, or is told that the password is wrong. */
  public HttpResponse<String> signIn(String name, String password)
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
    return submit(page, body -> fields);
  }

  /** Fills in the form of a page that this session gets, by what is on it. */
  HttpResponse<String> submit(String page, Function<String, Map<String, String>> fields)
      throws IOException, InterruptedException {
    var body = get(page).body();
    return post(page, asOn(body, fields.apply(body)));
  }

  /**
   * Fields as they are posted from a page, with what tells the server which page of which session
   * that is.
   */
  public static Map<String, String> asOn(String body, Map<String, String> fields) {
    var all = new LinkedHashMap<>(fields);
    all.put("jakarta.faces.ViewState", found(VIEW_STATE, body));
    all.put("primefaces.nonce", found(NONCE, body));
    return all;
  }

  private static String found(Pattern what, String body) {
    var found = what.matcher(body);
    if (!found.find()) {
      throw new AssertionError("a page without " + what);
    }
    return found.group(1);
  }

  /** Looks at a page, relative to the console. */
  public HttpResponse<String> get(String page) throws IOException, InterruptedException {
    return send(request(page).GET());
  }

  /** Follows a link to wherever it leads. */
  public HttpResponse<String> follow(String url) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(url)).GET());
  }

  /** Spends a link as a device does. */
  HttpResponse<String> take(String link) throws IOException, InterruptedException {
    return send(
        request(link)
            .header("Accept", "application/json")
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  /** Posts fields to a page, relative to the console. */
  public HttpResponse<String> post(String page, Map<String, String> fields)
      throws IOException, InterruptedException {
    var body =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + '=' + encoded(field.getValue()))
            .collect(joining("&"));
    return post(page, "application/x-www-form-urlencoded", body);
  }

  HttpResponse<String> post(String page, String type, String body)
      throws IOException, InterruptedException {
    return send(
        request(page).header("Content-Type", type).POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String page) {
    return HttpRequest.newBuilder(console.resolve(page));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
