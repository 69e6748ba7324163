package org.m2mx.ua.check;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.m2mx.ua.sdp.Fingerprint;

/** Connects by TLS to a peer with the signalled fingerprint, and shows it no certificate. */
final class Certificateless {
  private Certificateless() {}

  static SSLSocket connect(InetSocketAddress peer, List<Fingerprint> expected, Duration limit)
      throws IOException {
    Socket plain = new Socket();
    try {
      plain.connect(peer, (int) limit.toMillis());
      plain.setSoTimeout((int) limit.toMillis());
      SSLContext context = SSLContext.getInstance("TLSv1.3");
      context.init(null, new TrustManager[] {new Signalled(expected)}, null);
      SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, peer.getAddress().getHostAddress(), peer.getPort(), true);
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      plain.close();
      throw e;
    } catch (GeneralSecurityException e) {
      plain.close();
      throw new IllegalStateException("every Java has TLS 1.3", e);
    }
  }

  private record Signalled(List<Fingerprint> expected) implements X509TrustManager {
    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      if (expected.stream().noneMatch(fingerprint -> fingerprint.matches(chain[0]))) {
        throw new CertificateException("not the signalled fingerprint");
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("this side is the client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
