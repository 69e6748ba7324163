package org.m2mx.sipcontainer.stack;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** A UDP socket as a stream of messages; what comes again, since it came late, is passed over. */
final class Datagrams implements Closeable {
  private final DatagramSocket socket;
  private final Set<String> seen = new HashSet<>();

  Datagrams(String address, int port) throws IOException {
    InetAddress server = InetAddress.getByName(address);
    socket = new DatagramSocket(0, server);
    socket.connect(server, port);
    socket.setSoTimeout(30_000);
  }

  /** Where it is reached. */
  InetSocketAddress local() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  InputStream input() {
    return new MessageInput(this::next);
  }

  private byte[] next() throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
    socket.receive(packet);
    byte[] message = Arrays.copyOf(packet.getData(), packet.getLength());
    return seen.add(new String(message, StandardCharsets.UTF_8)) ? message : new byte[0];
  }

  /** Each {@code write} is a datagram. */
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int single) throws IOException {
        write(new byte[] {(byte) single});
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        socket.send(new DatagramPacket(bytes, from, length));
      }
    };
  }

  @Override
  public void close() {
    socket.close();
  }
}
