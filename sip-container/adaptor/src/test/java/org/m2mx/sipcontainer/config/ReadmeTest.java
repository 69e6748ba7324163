package org.m2mx.sipcontainer.config;

import static java.util.Map.entry;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.m2mx.sipcontainer.metrics.SipFigure;

/** What sip-container/README.md promises. */
class ReadmeTest {
  private static final Path README = Path.of("..", "README.md");
  private static final Pattern NUMBER =
      Pattern.compile("(?m)^\\| `(sip[a-z.-]+)` \\| ([^|]*?\\b(\\d+) to (\\d+)[^|]*) \\|");
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `(sip\\.[a-z.-]+)` \\| [^|]+ \\| ([^|]+) \\| ([^|]*?) ?\\|$");
  private static final Pattern FIGURE = Pattern.compile("\\| (counter|timer|gauge)[ ,]");
  private static final Path EXAMPLE =
      Path.of("..", "example", "src", "main", "java")
          .resolve("org/m2mx/sipcontainer/example/OptionsServlet.java");
  private static final Path SETTINGS =
      Path.of("..", "example", "src", "main", "resources")
          .resolve("META-INF/microprofile-config.properties");

  @Test
  void showsTheExampleAsItIsAndShort() throws IOException {
    String servlet = Files.readString(EXAMPLE);
    assertThat(servlet.lines()).hasSizeLessThan(30);
    assertThat(Files.readString(README))
        .contains("```java\n" + servlet + "```\n")
        .contains("```properties\n" + Files.readString(SETTINGS) + "```\n");
  }

  @Test
  void tellsTheVersionThatIsBuilt() throws IOException {
    Matcher built =
        Pattern.compile("<artifactId>m2mx</artifactId>\\s*(<version>[^<]+</version>)")
            .matcher(Files.readString(Path.of("..", "..", "pom.xml")));
    assertThat(built.find()).isTrue();
    assertThat(Files.readString(README))
        .contains("  <artifactId>m2mx-sip-container</artifactId>\n  " + built.group(1));
  }

  /** The first and the last number of the table may be set, and what is beyond may not. */
  @Test
  void tellsTheRangesOfNumbers() throws IOException {
    List<MatchResult> rows = NUMBER.matcher(Files.readString(README)).results().toList();
    assertThat(rows).hasSizeGreaterThan(12);
    for (MatchResult row : rows) {
      String key = row.group(1);
      long least = row.group(2).contains("0 is ") ? 0 : Long.parseLong(row.group(3));
      long most = Long.parseLong(row.group(4));
      for (long allowed : new long[] {least, most}) {
        assertThat(settings(key, allowed)).as("%s=%d", key, allowed).isNotNull();
      }
      for (long beyond : new long[] {least - 1, most + 1}) {
        assertThatThrownBy(() -> settings(key, beyond))
            .as("%s=%d", key, beyond)
            .isInstanceOf(InvalidSettingException.class)
            .hasMessageContaining(key);
      }
    }
  }

  private static SipSettings settings(String key, long value) {
    return settings(key, Long.toString(value));
  }

  private static SipSettings settings(String key, String value) {
    return SipSettings.from(asked -> asked.equals(key) ? Optional.of(value) : Optional.empty());
  }

  @Test
  void tellsEverySetting() throws IOException, IllegalAccessException {
    assertThat(rows().map(row -> row.group(1)).toList())
        .containsExactlyInAnyOrderElementsOf(SettingKeys.all());
  }

  private static Stream<MatchResult> rows() throws IOException {
    return ROW.matcher(Files.readString(README))
        .results()
        .filter(row -> !FIGURE.matcher(row.group()).find());
  }

  @Test
  void tellsEveryFigure() throws IOException {
    List<String> told =
        Files.readAllLines(README).stream().filter(line -> line.startsWith("| `sip.")).toList();
    assertThat(told.stream().filter(line -> FIGURE.matcher(line).find()))
        .containsExactlyElementsOf(Arrays.stream(SipFigure.values()).map(ReadmeTest::row).toList());
  }

  private static String row(SipFigure figure) {
    String type = figure.type().name().toLowerCase(Locale.ROOT);
    return "| `%s` | %s |%s | %s |"
        .formatted(
            figure.meter(),
            figure.unit().isEmpty() ? type : type + ", " + figure.unit(),
            figure.tags().stream().map(" `%s`"::formatted).collect(joining(",")),
            figure.meaning());
  }

  private static final Map<String, Function<SipSettings, Object>> MEANING =
      Map.ofEntries(
          entry("sip.listen", SipSettings::listen),
          entry("sip.port-offset", SipSettings::listen),
          entry("sip.domains", SipSettings::domains),
          entry("sip.workers", SipSettings::workers),
          entry("sip.max-message-size", SipSettings::maxMessageSize),
          entry("sip.max-connections", SipSettings::maxConnections),
          entry("sip.max-connections-per-source", SipSettings::maxConnectionsPerSource),
          entry("sip.message-timeout", SipSettings::messageTimeout),
          entry("sip.overload.queue-delay", SipSettings::queueDelay),
          entry("sip.dns.servers", SipSettings::dnsServers),
          entry("sip.dns.timeout", SipSettings::dnsTimeout),
          entry("sip.idle-timeout", SipSettings::idleTimeout),
          entry("sip.tls.certificate", settings -> settings.tls().certificate()),
          entry("sip.tls.private-key", settings -> settings.tls().privateKey()),
          entry("sip.tls.key-store", settings -> settings.tls().keyStore()),
          entry("sip.tls.key-store-password", settings -> settings.tls().keyStorePassword()),
          entry("sip.tls.trust", settings -> settings.tls().trust()),
          entry("sip.tls.trust-password", settings -> settings.tls().trustPassword()),
          entry("sip.tls.client-auth", settings -> settings.tls().clientAuthentication()),
          entry("sip.tls.protocols", settings -> settings.tls().protocols()),
          entry("sip.tls.cipher-suites", settings -> settings.tls().cipherSuites()),
          entry("sip.tls.self-signed-hosts", settings -> settings.tls().selfSignedHosts()),
          entry("sip.tls.handshake-timeout", SipSettings::handshakeTimeout),
          entry("sip.tls.reload-interval", settings -> settings.tls().reloadInterval()),
          entry("sip.tls.max-handshakes", SipSettings::maxHandshakes),
          entry("sip.websocket.origins", settings -> settings.webSocket().origins()),
          entry("sip.websocket.ping-interval", settings -> settings.webSocket().pingInterval()),
          entry("sip.digest.algorithms", SipSettings::digestAlgorithms),
          entry("sip.digest.nonce-lifetime", SipSettings::nonceLifetime),
          entry("sip.application-router.file", SipSettings::routerFile),
          entry("sip.application-router.provider", SipSettings::routerProvider));

  private static final Set<String> SECRETS =
      Set.of("sip.tls.key-store-password", "sip.tls.trust-password");

  /** What is set to the default of the table is as if it were not set; the example is not. */
  @Test
  void tellsTheDefaultsAndExamplesThatDiffer() throws IOException {
    for (MatchResult row : rows().toList()) {
      String key = row.group(1);
      Function<SipSettings, Object> meaning = MEANING.get(key);
      Object unset = meaning.apply(settings(key, ""));
      Optional<String> told = value(row.group(2));
      if (told.isPresent()) {
        assertThat(meaning.apply(settings(key, told.get()))).as(key).isEqualTo(unset);
      } else if (!SECRETS.contains(key)) {
        assertThat(List.of(Optional.empty(), List.of(), Set.of())).as(key).contains(unset);
      }
      Optional<String> example = value(row.group(3));
      assertThat(example.isPresent()).as("example of " + key).isNotEqualTo(SECRETS.contains(key));
      example.ifPresent(
          text -> assertThat(meaning.apply(settings(key, text))).as(key).isNotEqualTo(unset));
    }
  }

  /** Empty where the table says in words that nothing is set. */
  private static Optional<String> value(String cell) {
    Matcher perProcessor = Pattern.compile("(\\d+) per processor").matcher(cell);
    if (perProcessor.matches()) {
      int each = Integer.parseInt(perProcessor.group(1));
      return Optional.of(Integer.toString(each * Runtime.getRuntime().availableProcessors()));
    } else if (cell.equals("all of them")) {
      return Optional.of(String.join(",", SipSettings.MODERN_CIPHER_SUITES));
    }
    Matcher literal = Pattern.compile("`([^`]+)`|(?:.*, else )?(\\d+)").matcher(cell);
    if (!literal.matches()) {
      return Optional.empty();
    }
    String value = literal.group(1) == null ? literal.group(2) : literal.group(1);
    return Optional.of(value.replace("${jboss.server.data.dir}", "data"));
  }
}
