package org.m2mx.bench.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.m2mx.bench.BenchException;

/** A browser reduced to what it sends to the console, over one connection. */
final class ConsoleClient {
  /** WildFly makes its own at the first request, by this name and under this password. */
  private static final String KEY_STORE_PASSWORD = "password";

  private static final Pattern VIEW_STATE =
      Pattern.compile(
          "jakarta\\.faces\\.ViewState[^>]*?(?:value=\"|<!\\[CDATA\\[)([^\"\\]]+)(?:\"|\\]\\])");

  private final HttpClient client;
  private final URI console;

  /**
   * @param console its address, ending in a slash
   * @param keyStore with the certificate that the server made for itself
   */
  ConsoleClient(URI console, Path keyStore) throws IOException, GeneralSecurityException {
    this.console = console;
    makeCertificate(console, keyStore);
    this.client =
        HttpClient.newBuilder()
            .sslContext(trusting(keyStore))
            .cookieHandler(new CookieManager())
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  /** The server makes its certificate at the first handshake, which nobody can trust yet. */
  private static void makeCertificate(URI console, Path keyStore) throws IOException {
    try (var socket =
        (SSLSocket)
            SSLSocketFactory.getDefault().createSocket(console.getHost(), console.getPort())) {
      socket.startHandshake();
    } catch (SSLException untrusted) {
      if (!Files.exists(keyStore)) {
        throw untrusted;
      }
    }
  }

  private static SSLContext trusting(Path keyStore) throws IOException, GeneralSecurityException {
    KeyStore own = KeyStore.getInstance("JKS");
    try (InputStream in = Files.newInputStream(keyStore)) {
      own.load(in, KEY_STORE_PASSWORD.toCharArray());
    }
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null);
    for (String alias : Collections.list(own.aliases())) {
      anchors.setCertificateEntry(alias, own.getCertificate(alias));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
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
    form.put("jakarta.faces.ViewState", password.viewState());
    post("password.xhtml", form, false);
  }

  /**
   * A page as it came.
   *
   * @param path where from, with its query
   * @param body the text
   */
  record Page(String path, String body) {
    /** Which view of it the server keeps. */
    String viewState() {
      Matcher state = VIEW_STATE.matcher(body);
      if (!state.find()) {
        throw new BenchException(path + " of the console has no form");
      }
      return state.group(1);
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
    all.put("jakarta.faces.ViewState", page.viewState());
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
