package org.m2mx.ua.signalling;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.sdp.Fingerprint;

/**
 * Trusts a server whose certificate an account's trust anchors vouch for, that is valid now, and
 * that bears the name the account gives the server. What is wrong with another is kept, so that it
 * can be told: the JDK's own message says little of it.
 */
final class ServerTrust extends X509ExtendedTrustManager {
  private final Account account;
  private final Clock clock;
  private final X509ExtendedTrustManager pkix;
  private volatile UserAgentException problem;

  ServerTrust(Account account, Clock clock) {
    this.account = account;
    this.clock = clock;
    this.pkix = pkix(account.trustAnchors());
  }

  private static X509ExtendedTrustManager pkix(List<X509Certificate> anchors) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      for (int i = 0; i < anchors.size(); i++) {
        store.setCertificateEntry("anchor-" + i, anchors.get(i));
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return extended;
        }
      }
      throw new IllegalStateException("this Java has no X.509 trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this Java cannot hold trust anchors", e);
    }
  }

  /** Returns what was wrong with the last certificate, or empty if nothing was. */
  Optional<UserAgentException> problem() {
    return Optional.ofNullable(problem);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    problem = null;
    checkPath(chain, authType);
    checkValidity(chain[0], null);
    try {
      pkix.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      throw refuse(
          "is for " + names(chain[0]) + " and not for " + account.server().host(),
          "Correct \"server\" in the account file, or have the operator issue a certificate for it",
          e);
    }
  }

  private void checkPath(X509Certificate[] chain, String authType) throws CertificateException {
    try {
      pkix.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      for (X509Certificate certificate : chain) {
        checkValidity(certificate, e);
      }
      throw refuse(
          "is not vouched for by the account's trust anchor (its " + Fingerprint.of(chain[0]) + ")",
          "Have the ISP issue the account file again; if it is the current one, somebody may stand"
              + " in between",
          e);
    }
  }

  /** The JDK takes a certificate that is itself an anchor as it is, even when it has expired. */
  private void checkValidity(X509Certificate certificate, CertificateException cause)
      throws CertificateException {
    Date now = Date.from(clock.instant());
    if (now.after(certificate.getNotAfter())) {
      throw refuse(
          "expired on " + certificate.getNotAfter().toInstant(),
          "Have the operator renew it, or set this machine's clock right",
          cause);
    }
    if (now.before(certificate.getNotBefore())) {
      throw refuse(
          "is not valid before " + certificate.getNotBefore().toInstant(),
          "Set this machine's clock right",
          cause);
    }
  }

  private CertificateException refuse(String what, String remedy, CertificateException cause) {
    problem =
        new UserAgentException(
            Reason.SERVER_CERTIFICATE,
            "The certificate of the server " + account.server() + " " + what,
            remedy,
            cause);
    return new CertificateException(problem.getMessage(), cause);
  }

  private static String names(X509Certificate certificate) {
    try {
      var names = certificate.getSubjectAlternativeNames();
      if (names == null || names.isEmpty()) {
        return "no name at all";
      }
      return names.stream()
          .flatMap(name -> Stream.of(name.get(1)))
          .map(String::valueOf)
          .collect(Collectors.joining(", "));
    } catch (CertificateParsingException e) {
      return "names that cannot be read";
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
    throw new UnsupportedOperationException("only sockets are used");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType) {
    throw new UnsupportedOperationException("a name cannot be checked without the socket");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
    throw new UnsupportedOperationException("this side is always the client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
    throw new UnsupportedOperationException("this side is always the client");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType) {
    throw new UnsupportedOperationException("this side is always the client");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return pkix.getAcceptedIssuers();
  }
}
