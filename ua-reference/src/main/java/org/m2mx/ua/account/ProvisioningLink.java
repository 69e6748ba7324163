package org.m2mx.ua.account;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/**
 * A link that the ISP gives out and that can be used once: an https URL, which a POST spends for
 * the account file. Whoever has it has the account, so that errors name its host only.
 */
public final class ProvisioningLink {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(30);
  private static final String ACCOUNT_TYPE = "application/json";
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final int GONE = 410;

  private final URI uri;

  private ProvisioningLink(URI uri) {
    this.uri = uri;
  }

  /**
   * Says whether a text means to be a link.
   *
   * @param text never null
   * @return whether it begins with {@code https:} or {@code http:}
   */
  public static boolean isOne(String text) {
    return text.toLowerCase(Locale.ROOT).matches("https?:(?s:.*)");
  }

  /**
   * Reads a link.
   *
   * @param text never null
   * @return the link, not used yet
   * @throws UserAgentException with reason {@code ACCOUNT_FILE} if it is no https URL
   */
  public static ProvisioningLink parse(String text) throws UserAgentException {
    URI uri;
    try {
      uri = new URI(text.strip());
    } catch (URISyntaxException e) {
      throw new UserAgentException(
          Reason.ACCOUNT_FILE, "The link is damaged", "Copy or scan all of it", e);
    }
    if (!"https".equalsIgnoreCase(uri.getScheme())
        || uri.getHost() == null
        || uri.getUserInfo() != null) {
      throw new UserAgentException(
          Reason.ACCOUNT_FILE,
          "The link is not https://HOST/…",
          "Copy or scan all of it, and take no account that others could read on its way");
    }
    return new ProvisioningLink(uri);
  }

  /**
   * Spends the link.
   *
   * @param trusted who may vouch for the server; empty for whom this machine trusts
   * @return the account
   * @throws UserAgentException with reason {@code ACCOUNT_FILE} if there is none to be had, {@code
   *     SERVER_CERTIFICATE} or {@code SERVER_UNREACHABLE} if the link was not spent
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Account redeem(List<X509Certificate> trusted)
      throws UserAgentException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .timeout(ANSWER)
            .header("Accept", ACCOUNT_TYPE)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      HttpResponse<InputStream> response =
          client(trusted).send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        return AccountFile.parse(content(response, body), "What " + uri.getHost() + " gave out");
      }
    } catch (SSLException e) {
      throw new UserAgentException(
          Reason.SERVER_CERTIFICATE,
          uri.getHost() + " cannot be trusted (" + e.getMessage() + ")",
          "Give the ISP's root certificate with --trust FILE; do not use the link over another way",
          e);
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private UserAgentException unreachable(IOException e) {
    return new UserAgentException(
        Reason.SERVER_UNREACHABLE,
        uri.getHost() + " does not answer (" + why(e) + ")",
        "Check the network, and try the link again",
        e);
  }

  /** The client leaves it to the exceptions' classes. */
  private static String why(IOException e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof UnresolvedAddressException) {
        return "its name has no address";
      }
    }
    if (e instanceof HttpTimeoutException) {
      return "not in time";
    }
    return e.getMessage() == null ? "it cannot be connected to" : e.getMessage();
  }

  private byte[] content(HttpResponse<InputStream> response, InputStream body)
      throws UserAgentException, IOException {
    String type = response.headers().firstValue("Content-Type").orElse("nothing");
    switch (response.statusCode()) {
      case OK -> {
        if (!type.split(";", 2)[0].strip().equalsIgnoreCase(ACCOUNT_TYPE)) {
          throw noAccount("answered with " + type, "Check the link");
        }
        return body.readNBytes(AccountFile.LARGEST + 1);
      }
      case GONE ->
          throw noAccount("says that the link was used or has expired", "Ask for another link");
      case NOT_FOUND -> throw noAccount("does not know the link", "Copy or scan all of it");
      default ->
          throw noAccount("answered " + response.statusCode(), "Try again later, or ask the ISP");
    }
  }

  private UserAgentException noAccount(String what, String remedy) {
    return new UserAgentException(Reason.ACCOUNT_FILE, uri.getHost() + " " + what, remedy);
  }

  /** A redirection would hand the link on to somebody else: it is not followed. */
  private static HttpClient client(List<X509Certificate> trusted) {
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .sslParameters(parameters);
    if (!trusted.isEmpty()) {
      builder.sslContext(context(trusted));
    }
    return builder.build();
  }

  private static SSLContext context(List<X509Certificate> trusted) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < trusted.size(); i++) {
        store.setCertificateEntry("trusted-" + i, trusted.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot hold trust anchors", e);
    }
  }
}
