package org.m2mx.sipcontainer.dns;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** DNS records, kept as long as they say they may be; no more than {@value #MOST} answers. */
final class Records {
  private static final int MOST = 10_000;
  private static final long LONGEST_SECONDS = 3600;

  private record Question(Name name, int type) {}

  private record Kept(List<Record> records, Instant until) {}

  private final NameServers servers;
  private final Clock clock;
  private final Map<Question, Kept> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Question, Kept> eldest) {
          return size() > MOST;
        }
      };

  Records(NameServers servers, Clock clock) {
    this.servers = servers;
    this.clock = clock;
  }

  /**
   * The records of a name.
   *
   * @param type the records' class
   * @param code of {@link org.xbill.DNS.Type}
   * @return in no order; empty when there are none
   * @throws IOException when no server answers in time
   */
  <T extends Record> List<T> of(Name name, int code, Class<T> type, Deadline deadline)
      throws IOException {
    Question question = new Question(name, code);
    Kept known;
    synchronized (kept) {
      known = kept.get(question);
    }
    if (known == null || !clock.instant().isBefore(known.until())) {
      NameServers.Answer answer = servers.ask(name, code, deadline);
      long seconds = Math.min(LONGEST_SECONDS, answer.seconds());
      known = new Kept(answer.records(), clock.instant().plusSeconds(seconds));
      synchronized (kept) {
        kept.put(question, known);
      }
    }
    return known.records().stream().filter(type::isInstance).map(type::cast).toList();
  }
}
