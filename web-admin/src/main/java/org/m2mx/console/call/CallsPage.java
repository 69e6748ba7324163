package org.m2mx.console.call;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.console.subscriber.AorText;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.call.CallRecord;
import org.m2mx.registry.call.CallSearch;
import org.m2mx.registry.call.Calls;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;

/** A page of the calls, the one that its address asks for. */
@Named
@RequestScoped
public class CallsPage {
  private static final int SIZE = 50;
  private static final List<String> PARAMETERS =
      List.of("domain", "party", "result", "call", "from", "until", "after");

  private final Calls calls;
  private final Isps isps;
  private final SignedIn signedIn;
  private final HttpServletRequest request;
  private final Texts texts;

  private CallSearch.Page page = new CallSearch.Page(List.of(), Optional.empty());

  /** For the client proxy only. */
  protected CallsPage() {
    this(null, null, null, null, null);
  }

  /**
   * @param calls what the relay has written down
   * @param isps to choose from
   * @param signedIn whose calls they are
   * @param request its parameters say what is asked for
   * @param texts what to say
   */
  @Inject
  public CallsPage(
      Calls calls, Isps isps, SignedIn signedIn, HttpServletRequest request, Texts texts) {
    this.calls = calls;
    this.isps = isps;
    this.signedIn = signedIn;
    this.request = request;
    this.texts = texts;
  }

  /** Looks the page up, or says which parameter cannot be used. */
  public void load() {
    var zone = ZoneId.systemDefault();
    var wrong = new LinkedHashMap<String, String>();
    var search =
        new CallSearch(
            read("party", AorText::parse, wrong),
            Optional.empty(),
            read("from", day -> LocalDate.parse(day).atStartOfDay(zone).toInstant(), wrong),
            read(
                "until",
                day -> LocalDate.parse(day).plusDays(1).atStartOfDay(zone).toInstant(),
                wrong),
            read("result", CallRecord.Result::valueOf, wrong),
            parameter("call"));
    var after = read("after", CallsPage::position, wrong);
    if (wrong.isEmpty()) {
      page = calls.search(parameter("domain").orElse(signedIn.getDomain()), search, after, SIZE);
    }
    wrong.values().forEach(value -> texts.refused("audit.parameter.invalid", value));
  }

  /** The calls of this page, the latest first. */
  public List<CallRecord> getList() {
    return page.calls();
  }

  /** Whether there are older calls than those of this page. */
  public boolean isMore() {
    return page.next().isPresent();
  }

  /** The query of the page with the calls before these. */
  public String getOlder() {
    var next = page.next().orElseThrow();
    return query(Map.of("after", next.begun() + "_" + next.id()));
  }

  /** Whether this is not the page with the latest calls. */
  public boolean isPast() {
    return parameter("after").isPresent();
  }

  /** The query of the page with the latest calls. */
  public String getLatest() {
    return query(Map.of("after", ""));
  }

  /** What a call can come to. */
  public CallRecord.Result[] getResults() {
    return CallRecord.Result.values();
  }

  /** The ISPs whose calls can be asked for. */
  public List<Isp> getIsps() {
    return isps.list();
  }

  private Optional<String> parameter(String name) {
    return Optional.ofNullable(request.getParameter(name))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }

  private <T> Optional<T> read(String name, Function<String, T> reader, Map<String, String> wrong) {
    try {
      return parameter(name).map(reader);
    } catch (IllegalArgumentException | DateTimeException e) {
      wrong.put(name, request.getParameter(name));
      return Optional.empty();
    }
  }

  private static CallSearch.Position position(String text) {
    var separator = text.indexOf('_');
    if (separator < 0) {
      throw new IllegalArgumentException("no position: " + text);
    }
    return new CallSearch.Position(
        Instant.parse(text.substring(0, separator)),
        UUID.fromString(text.substring(separator + 1)));
  }

  private String query(Map<String, String> otherwise) {
    return PARAMETERS.stream()
        .map(name -> Map.entry(name, otherwise.getOrDefault(name, parameter(name).orElse(""))))
        .filter(value -> !value.getValue().isEmpty())
        .map(value -> value.getKey() + '=' + URLEncoder.encode(value.getValue(), UTF_8))
        .collect(joining("&", "?", ""));
  }
}
