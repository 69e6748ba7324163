package org.m2mx.sipcontainer.dns;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * Asks name servers. Only records of the answer section that belong to the question are taken, so
 * that a server can say nothing about names it was not asked for.
 */
final class NameServers {
  /** How long to wait for a server before the next is asked. */
  static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final int ROUNDS = 2;
  private static final int LONGEST_CHAIN = 8;
  private static final long NEGATIVE_SECONDS = 60;

  private final Supplier<List<InetSocketAddress>> servers;
  private final Duration patience;

  NameServers(Supplier<List<InetSocketAddress>> servers, Duration patience) {
    this.servers = servers;
    this.patience = patience;
  }

  /**
   * What was answered.
   *
   * @param records in no order; empty when there are none
   * @param seconds how long it may be kept
   */
  record Answer(List<Record> records, long seconds) {
    Answer {
      records = List.copyOf(records);
    }
  }

  /**
   * Asks one server after the other, and all of them again; the last one has all the time that is
   * left.
   *
   * @param type of {@link Type}
   * @throws IOException when none has answered before the deadline
   */
  Answer ask(Name name, int type, Deadline deadline) throws IOException {
    Record question = Record.newRecord(name, type, DClass.IN);
    IOException last = new IOException("no name server is configured");
    List<InetSocketAddress> asked = servers.get();
    int tries = ROUNDS * asked.size();
    for (int i = 0; i < tries; i++) {
      Duration limit = i < tries - 1 ? deadline.atMost(patience) : deadline.left();
      try {
        return read(send(asked.get(i % asked.size()), question, limit), question);
      } catch (IOException e) {
        last = e;
      }
    }
    throw last;
  }

  private static Message send(InetSocketAddress server, Record question, Duration limit)
      throws IOException {
    if (limit.isZero()) {
      throw new SocketTimeoutException("no name server has answered in time");
    }
    SimpleResolver resolver = new SimpleResolver(server.getAddress().getHostAddress());
    resolver.setPort(server.getPort());
    resolver.setTimeout(0, (int) Math.max(1, limit.toMillis()));
    return resolver.send(Message.newQuery(question));
  }

  private static Answer read(Message message, Record question) throws IOException {
    if (!question.equals(message.getQuestion())) {
      throw new IOException("a name server has answered another question");
    }
    if (message.getRcode() != Rcode.NOERROR && message.getRcode() != Rcode.NXDOMAIN) {
      throw new IOException("a name server says " + Rcode.string(message.getRcode()));
    }
    List<Record> records = new ArrayList<>();
    List<Record> answers = Arrays.asList(message.getSectionArray(Section.ANSWER));
    Name name = question.getName();
    for (int link = 0; name != null && link < LONGEST_CHAIN; link++) {
      Name next = null;
      for (Record record : answers) {
        if (record.getName().equals(name) && record.getType() == question.getType()) {
          records.add(record);
        } else if (record.getName().equals(name) && record instanceof CNAMERecord alias) {
          next = alias.getTarget();
        }
      }
      name = next;
    }
    return new Answer(records, records.isEmpty() ? negative(message) : least(answers));
  }

  private static long least(List<Record> records) {
    return records.stream().mapToLong(Record::getTTL).min().orElse(0);
  }

  /** RFC 2308 section 5. */
  private static long negative(Message message) {
    for (Record record : message.getSectionArray(Section.AUTHORITY)) {
      if (record instanceof SOARecord soa) {
        return Math.min(NEGATIVE_SECONDS, Math.min(soa.getTTL(), soa.getMinimum()));
      }
    }
    return 0;
  }
}
