package org.m2mx.console.bulk;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.m2mx.console.csv.CsvDownload;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.subscriber.Subscriber;
import org.m2mx.registry.subscriber.Subscribers;
import org.m2mx.registry.subscriber.Subscribers.Position;

/** An ISP's subscribers as a file, in the order of their names, of whatever length. */
@WebServlet("/subscribers.csv")
public class SubscribersFile extends HttpServlet {
  private static final long serialVersionUID = 1L;

  private final transient Isps isps;
  private final transient Subscribers subscribers;
  private final transient Devices devices;

  /**
   * @param isps whose subscribers they are
   * @param subscribers the subscribers
   * @param devices how many of theirs are registered
   */
  @Inject
  public SubscribersFile(Isps isps, Subscribers subscribers, Devices devices) {
    this.isps = isps;
    this.subscribers = subscribers;
    this.devices = devices;
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    var domain = request.getParameter("domain");
    if (domain == null || isps.find(domain).isEmpty()) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return;
    }
    var prefix = Optional.ofNullable(request.getParameter("prefix")).map(String::strip).orElse("");
    var some = next(domain, prefix, Optional.empty());
    var csv = CsvDownload.begin(response, "subscribers.csv");
    csv.row("aor", "status", "served", "legacy", "opened", "devices");
    CsvDownload.rows(
        some,
        last -> next(domain, prefix, Optional.of(Position.of(last.get(last.size() - 1)))),
        subscriber ->
            csv.row(
                subscriber.aor(),
                subscriber.status(),
                subscriber.served(),
                subscriber.legacy(),
                subscriber.created(),
                devices.of(subscriber.aor()).size()));
  }

  private List<Subscriber> next(String domain, String prefix, Optional<Position> after) {
    return subscribers.list(domain, prefix, after, CsvDownload.ROWS_AT_A_TIME);
  }
}
