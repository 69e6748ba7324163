package org.m2mx.ua.firewall.igd;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.octets.PieceInput;

/**
 * HTTP to a gateway (RFC 9112), one connection for each request, from the very address that the
 * pinhole is for: gateways open none for another. The JDK's clients choose the address themselves.
 *
 * @param local this side's address
 * @param gateway the other side's
 * @param patience limit for a connection, and again for the whole answer
 */
record GatewayHttp(InetAddress local, InetSocketAddress gateway, Duration patience) {
  /** A gateway is near. */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final int MAX_LINE = 8 * 1024;
  private static final int MAX_HEADERS = 100;
  private static final int MAX_BODY = 256 * 1024;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})( .*)?");
  private static final Pattern CHUNK_SIZE = Pattern.compile("([0-9A-Fa-f]{1,6})[ \\t]*(;.*)?");

  /**
   * An answer.
   *
   * @param status 100 to 999
   * @param body possibly empty
   */
  record Reply(int status, byte[] body) {}

  /** Gets a document. */
  Reply get(String path) throws IOException {
    return exchange("GET " + path + " HTTP/1.1\r\n", Map.of(), new byte[0]);
  }

  /** Posts a document. */
  Reply post(String path, Map<String, String> headers, byte[] body) throws IOException {
    return exchange("POST " + path + " HTTP/1.1\r\n", headers, body);
  }

  private Reply exchange(String requestLine, Map<String, String> headers, byte[] body)
      throws IOException {
    StringBuilder head = new StringBuilder(requestLine);
    head.append("Host: ").append(IpText.of(gateway)).append("\r\nConnection: close\r\n");
    new TreeMap<>(headers)
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    try (Socket socket = new Socket()) {
      socket.bind(new InetSocketAddress(local, 0));
      socket.connect(gateway, (int) patience.toMillis());
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      request.write(head.toString().getBytes(StandardCharsets.ISO_8859_1));
      request.write(body);
      socket.getOutputStream().write(request.toByteArray());
      return read(new BufferedInputStream(new Impatient(socket, patience)));
    }
  }

  /** Reads an answer. */
  static Reply read(InputStream in) throws IOException {
    Matcher status = STATUS.matcher(line(in));
    if (!status.matches()) {
      throw new IOException("not an HTTP response");
    }
    Map<String, String> headers = headers(in);
    byte[] body;
    if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
      body = chunks(in);
    } else if (headers.containsKey("content-length")) {
      body = exactly(in, length(headers.get("content-length")));
    } else {
      body = in.readNBytes(MAX_BODY + 1);
      checkLength(body.length);
    }
    return new Reply(Integer.parseInt(status.group(1)), body);
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new TreeMap<>();
    for (int i = 0; i < MAX_HEADERS; i++) {
      String line = line(in);
      if (line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw new IOException("an HTTP header without a colon");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    throw new IOException("more than " + MAX_HEADERS + " HTTP headers");
  }

  private static byte[] chunks(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    while (true) {
      Matcher size = CHUNK_SIZE.matcher(line(in));
      if (!size.matches()) {
        throw new IOException("an HTTP chunk without a size");
      }
      int length = Integer.parseInt(size.group(1), 16);
      if (length == 0) {
        return body.toByteArray();
      }
      checkLength(body.size() + length);
      body.write(exactly(in, length));
      if (!line(in).isEmpty()) {
        throw new IOException("an HTTP chunk longer than its size");
      }
    }
  }

  private static int length(String text) throws IOException {
    if (!text.matches("\\d{1,9}")) {
      throw new IOException("an HTTP Content-Length that is no number");
    }
    return Integer.parseInt(text);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    checkLength(length);
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new IOException("an HTTP body cut short");
    }
    return body;
  }

  private static void checkLength(int length) throws IOException {
    if (length > MAX_BODY) {
      throw new IOException("an HTTP body of more than " + MAX_BODY + " octets");
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new IOException("an HTTP response cut short");
      }
      if (line.length() >= MAX_LINE) {
        throw new IOException("an HTTP line of more than " + MAX_LINE + " octets");
      }
      line.append((char) octet);
    }
    int end = line.length() - 1;
    return end >= 0 && line.charAt(end) == '\r' ? line.substring(0, end) : line.toString();
  }

  /** Ends in time, however slowly the other side goes on. */
  private static final class Impatient extends PieceInput {
    private final Socket socket;
    private final InputStream in;
    private final long deadline;

    Impatient(Socket socket, Duration patience) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      this.deadline = System.nanoTime() + patience.toNanos();
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        throw new SocketTimeoutException("timed out");
      }
      socket.setSoTimeout((int) left);
      return in.read(buffer, offset, length);
    }
  }
}
