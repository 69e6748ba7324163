package org.m2mx.tests.homes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;

/**
 * Sends packets from within a network namespace, one for each line of standard input: {@code
 * protocol address port source-port token}, a source port of 0 being any. Its answer, a line, is
 * {@code answered} if the other side has answered, be it with a refusal, and {@code silence} if
 * not; with datagrams silence says nothing.
 */
final class Prober {
  private static final int PATIENCE_MILLIS = 700;

  private Prober() {}

  public static void main(String[] arguments) throws IOException {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, US_ASCII));
    System.out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      new Thread(() -> probe(words)).start();
    }
  }

  private static void probe(String[] words) {
    try {
      InetSocketAddress target =
          new InetSocketAddress(InetAddress.getByName(words[1]), Integer.parseInt(words[2]));
      int source = Integer.parseInt(words[3]);
      boolean answered =
          words[0].equals("tcp") ? connect(target, source) : send(target, source, words[4]);
      System.out.println(words[4] + (answered ? " answered" : " silence"));
    } catch (IOException e) {
      System.out.println(words[4] + " failed: " + e);
    }
  }

  private static boolean connect(InetSocketAddress target, int source) throws IOException {
    try (Socket socket = new Socket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(source));
      socket.connect(target, PATIENCE_MILLIS);
      return true;
    } catch (ConnectException e) {
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  private static boolean send(InetSocketAddress target, int source, String token)
      throws IOException {
    byte[] payload = token.getBytes(US_ASCII);
    DatagramSocket socket = new DatagramSocket(null);
    try (socket) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(source));
      socket.connect(target);
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.send(new DatagramPacket(payload, payload.length));
      socket.receive(new DatagramPacket(new byte[100], 100));
      return true;
    } catch (PortUnreachableException e) {
      return true;
    } catch (BindException e) {
      // Nothing was sent: that is no silence.
      throw e;
    } catch (SocketTimeoutException | SocketException e) {
      return false;
    }
  }
}
