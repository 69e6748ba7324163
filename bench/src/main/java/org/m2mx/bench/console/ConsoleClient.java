package org.m2mx.bench.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.m2mx.bench.BenchException;

/** A browser reduced to what it sends to the console, over one connection. */
final class ConsoleClient {
  private static final Pattern VIEW_STATE =
      Pattern.compile(
          "jakarta\\.faces\\.ViewState[^>]*?(?:value=\"|<!\\[CDATA\\[)([^\"\\]]+)(?:\"|\\]\\])");

  private static final Pattern NONCE = Pattern.compile("nonce=\"([^\"]+)\"");

  private final HttpClient client;
  private final URI console;

  /**
   * @param console its address, ending in a slash
   * @param keyStore with the certificate that the server made for itself
   */
  ConsoleClient(URI console, Path keyStore) throws IOException, GeneralSecurityException {
    this.console = console;
    this.client =
        HttpClient.newBuilder()
            .sslContext(ConsoleTrust.of(console, keyStore))
            .cookieHandler(new CookieManager())
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /** Signs in with a one-time password and chooses another. */
  void signIn(String name, String oneTimePassword, String chosen)
      throws IOException, InterruptedException {
    get("isps.xhtml");
    post("j_security_check", Map.of("j_username", name, "j_password", oneTimePassword), false);
    Page password = get("password.xhtml");
    Map<String, String> form = new LinkedHashMap<>();
    form.put("password", "password");
    form.put("password:present", oneTimePassword);
    form.put("password:chosen", chosen);
    form.put("password:repeated", chosen);
    form.put("password:change", "");
    form.putAll(password.proof());
    post("password.xhtml", form, false);
  }

  /**
   * A page as it came.
   *
   * @param path where from, with its query
   * @param body the text
   */
  record Page(String path, String body) {
    /** By which the server knows a form as one of this page, and which view of it that is. */
    Map<String, String> proof() {
      return Map.of("jakarta.faces.ViewState", found(VIEW_STATE), "primefaces.nonce", found(NONCE));
    }

    private String found(Pattern what) {
      Matcher found = what.matcher(body);
      if (!found.find()) {
        throw new BenchException(path + " of the console has no form");
      }
      return found.group(1);
    }
  }

  /** Asks for a page. */
  Page get(String path) throws IOException, InterruptedException {
    return send(path, HttpRequest.newBuilder(console.resolve(path)).GET());
  }

  /**
   * What a page's script sends when something was typed or clicked, and has replaced.
   *
   * @param page the page it is on
   * @param source what was typed into or clicked
   * @param updated what is to be replaced
   * @param fields what else is sent
   */
  Page ajax(Page page, String source, String updated, Map<String, String> fields)
      throws IOException, InterruptedException {
    Map<String, String> all = new LinkedHashMap<>(fields);
    all.put("jakarta.faces.partial.ajax", "true");
    all.put("jakarta.faces.source", source);
    all.put("jakarta.faces.partial.execute", source);
    all.put("jakarta.faces.partial.render", updated);
    all.putAll(page.proof());
    return post(page.path(), all, true);
  }

  private Page post(String path, Map<String, String> fields, boolean partial)
      throws IOException, InterruptedException {
    String body =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + '=' + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(console.resolve(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (partial) {
      request.header("Faces-Request", "partial/ajax");
    }
    return send(path, request);
  }

  private Page send(String path, HttpRequest.Builder request)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 400) {
      throw new BenchException(path + " of the console answered " + response.statusCode());
    }
    return new Page(path, response.body());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }
}
