package org.m2mx.bench.console;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.server.M2mx;

/** An operator's work, over and over: looking subscribers up as one types, and turning pages. */
public final class Shift {
  private static final String CHOSEN = "chosen for the measurement";
  private static final String TABLE = "subscribers:table";
  private static final int ROWS = 25;

  /** The names to type while classes are loaded and compiled. */
  private static final int WARM_UP = 20;

  private final M2mx server;
  private final int subscribers;
  private final int calls;
  private final int names;
  private final SplittableRandom random = new SplittableRandom(1);

  /**
   * @param server with an ISP of its own
   * @param subscribers how many that ISP gets
   * @param calls how many calls they have had in the last day
   * @param names how many of them are looked for
   */
  public Shift(M2mx server, int subscribers, int calls, int names) {
    this.server = server;
    this.subscribers = subscribers;
    this.calls = calls;
    this.names = names;
  }

  /**
   * Opens the subscribers, signs in and works.
   *
   * @return what was waited for
   * @throws BenchException when the console answers otherwise than it should
   */
  public Waits run()
      throws IOException, InterruptedException, SQLException, GeneralSecurityException {
    Crowd crowd = new Crowd(server.database());
    crowd.settle(subscribers, calls);
    ConsoleClient client = new ConsoleClient(server.console(), server.consoleKeyStore());
    client.signIn("admin", server.oneTimePassword(), CHOSEN);
    work(client, crowd, WARM_UP);
    return work(client, crowd, names);
  }

  private Waits work(ConsoleClient client, Crowd crowd, int rounds)
      throws IOException, InterruptedException, SQLException {
    Waits waits = new Waits();
    String domain = crowd.domain();
    String path = "isp.xhtml?domain=" + domain;
    for (String name : crowd.some(rounds)) {
      waits.add("the overview", timed(() -> expect(client.get("dashboard.xhtml"), "lastMinute")));
      waits.add("list of ISPs", timed(() -> expect(client.get("isps.xhtml"), domain)));
      ConsoleClient.Page[] isp = new ConsoleClient.Page[1];
      waits.add("an ISP's page", timed(() -> isp[0] = expect(client.get(path), TABLE)));
      for (int letters : List.of(1, 2, name.indexOf('-') + 2, name.length())) {
        String typed = name.substring(0, letters);
        waits.add("search", timed(() -> expect(search(client, isp[0], typed), "sip:" + typed)));
      }
      waits.add("search, all again", timed(() -> search(client, isp[0], "")));
      int first = random.nextInt(Math.max(1, subscribers / ROWS)) * ROWS;
      waits.add("another page of the list", timed(() -> turn(client, isp[0], first)));
      String aor = "sip:" + name + '@' + domain;
      waits.add(
          "a subscriber", timed(() -> expect(client.get("subscriber.xhtml?aor=" + aor), aor)));
    }
    return waits;
  }

  private static ConsoleClient.Page search(
      ConsoleClient client, ConsoleClient.Page isp, String typed)
      throws IOException, InterruptedException {
    return client.ajax(
        isp,
        "subscribers:search",
        TABLE,
        Map.of(
            "subscribers", "subscribers",
            "subscribers:search", typed,
            "jakarta.faces.behavior.event", "input",
            "jakarta.faces.partial.event", "input"));
  }

  private static void turn(ConsoleClient client, ConsoleClient.Page isp, int first)
      throws IOException, InterruptedException {
    ConsoleClient.Page page =
        client.ajax(
            isp,
            TABLE,
            TABLE,
            Map.of(
                "subscribers",
                "subscribers",
                TABLE + "_pagination",
                "true",
                TABLE + "_encodeFeature",
                "true",
                TABLE + "_first",
                Integer.toString(first),
                TABLE + "_rows",
                Integer.toString(ROWS)));
    expect(page, "subscriber.xhtml");
  }

  private static ConsoleClient.Page expect(ConsoleClient.Page page, String text) {
    if (!page.body().contains(text)) {
      throw new BenchException(page.path() + " of the console does not say " + text);
    }
    return page;
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static long timed(Work work) throws IOException, InterruptedException {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }
}
