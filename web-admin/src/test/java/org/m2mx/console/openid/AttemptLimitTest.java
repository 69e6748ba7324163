package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttemptLimitTest {
  private static final Clock NOW =
      Clock.fixed(Instant.parse("2026-11-23T08:00:00Z"), ZoneOffset.UTC);

  private final List<Object> answers = new ArrayList<>();

  @Test
  void holdsUpWhoComesTooOftenAndNobodyElse() throws IOException, ServletException {
    var limit = new AttemptLimit(settings("https://id.telco.example"), NOW);
    for (int i = 0; i < AttemptLimit.REQUESTS_A_MINUTE; i++) {
      ask(limit, "2001:db8::" + Integer.toHexString(i));
    }
    assertThat(answers).hasSize(AttemptLimit.REQUESTS_A_MINUTE).containsOnly("served");
    answers.clear();
    ask(limit, "2001:db8::ffff");
    ask(limit, "2001:db8:0:1::1");
    ask(limit, "192.0.2.7");
    assertThat(answers).containsExactly("Retry-After", 429, "served", "served");
  }

  @Test
  void leadsNowhereWithoutAProvider() throws IOException, ServletException {
    ask(new AttemptLimit(settings(null), NOW), "192.0.2.7");
    assertThat(answers).containsExactly(404);
  }

  @Test
  void knowsASourceByItsNetwork() {
    assertThat(AttemptLimit.source("fe80::1%eth0")).isEqualTo(AttemptLimit.source("fe80::2%2"));
    assertThat(AttemptLimit.source("unknown")).isEqualTo("unknown");
  }

  private void ask(AttemptLimit limit, String source) throws IOException, ServletException {
    limit.doFilter(
        proxy(HttpServletRequest.class, source),
        proxy(HttpServletResponse.class, null),
        (request, response) -> answers.add("served"));
  }

  // What is asked of a request is where it comes from; what a response is told is noted.
  private <T> T proxy(Class<T> type, String source) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (source == null) {
                answers.add(arguments[0]);
              }
              return source;
            }));
  }

  private static OpenIdSettings settings(String issuer) {
    return OpenIdSettingsTest.settings(issuer, "console", Duration.ofHours(10));
  }
}
