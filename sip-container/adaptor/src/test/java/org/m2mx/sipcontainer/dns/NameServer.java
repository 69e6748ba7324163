package org.m2mx.sipcontainer.dns;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** A name server on the loopback interface that knows what it is told. */
public final class NameServer implements AutoCloseable {
  private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
  private final Map<Name, List<Record>> records = new ConcurrentHashMap<>();
  private final Set<String> mute = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new CopyOnWriteArrayList<>();

  /** Starts it. */
  public NameServer() throws SocketException, UnknownHostException {
    new Thread(this::serve, "name-server").start();
  }

  /** Where it is, as a setting. */
  public String setting() {
    return "127.0.0.1:" + socket.getLocalPort();
  }

  /**
   * Adds a record.
   *
   * @param name without a dot at the end
   * @param seconds its time to live
   * @param text its data as in a zone file
   */
  public NameServer add(String name, String type, int seconds, String text) throws IOException {
    Name owner = Name.fromString(name + '.');
    Record record = Record.fromString(owner, Type.value(type), DClass.IN, seconds, text, Name.root);
    records.computeIfAbsent(owner, n -> new CopyOnWriteArrayList<>()).add(record);
    return this;
  }

  /** Lets questions for a name go unanswered. */
  public NameServer mute(String name) {
    mute.add(name + '.');
    return this;
  }

  /** What it was asked, as {@code A name.}, in order. */
  List<String> asked() {
    return asked;
  }

  private void serve() {
    byte[] buffer = new byte[4096];
    try {
      while (true) {
        DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
        socket.receive(packet);
        Message query = new Message(Arrays.copyOf(packet.getData(), packet.getLength()));
        Record question = query.getQuestion();
        asked.add(Type.string(question.getType()) + ' ' + question.getName());
        if (!mute.contains(question.getName().toString())) {
          byte[] answer = answer(query, question).toWire();
          socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
        }
      }
    } catch (SocketException e) {
      asked.add("closed");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Message answer(Message query, Record question) {
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.addRecord(question, Section.QUESTION);
    Name name = question.getName();
    Set<Name> seen = new HashSet<>();
    while (name != null && seen.add(name)) {
      Name next = null;
      for (Record record : records.getOrDefault(name, List.of())) {
        if (record.getType() == question.getType()) {
          answer.addRecord(record, Section.ANSWER);
        } else if (record instanceof org.xbill.DNS.CNAMERecord alias) {
          answer.addRecord(record, Section.ANSWER);
          next = alias.getTarget();
        }
      }
      name = next;
    }
    if (!records.containsKey(question.getName())) {
      answer.getHeader().setRcode(Rcode.NXDOMAIN);
    }
    return answer;
  }

  @Override
  public void close() {
    socket.close();
  }
}
