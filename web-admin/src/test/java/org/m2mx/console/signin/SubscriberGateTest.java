package org.m2mx.console.signin;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.itself.SubscriberSignIn;

class SubscriberGateTest {
  private final List<Integer> refused = new ArrayList<>();
  private final SubscriberGate gate =
      new SubscriberGate(
          new SubscriberSignIn() {}, new Acting(), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
  private int served;

  @Test
  void oneHomeGetsTheFormSoOftenWithoutASession() throws Exception {
    for (int i = 0; i < 60; i++) {
      visit("2001:db8::" + i, false);
    }
    assertThat(served).isEqualTo(60);
    visit("2001:db8::ffff", false);
    assertThat(refused).containsExactly(429);
    visit("2001:db8::ffff", true);
    visit("2001:db8:0:1::1", false);
    assertThat(served).isEqualTo(62);
    assertThat(refused).hasSize(1);
  }

  private void visit(String from, boolean again) throws Exception {
    var session = again ? as(HttpSession.class, (proxy, method, arguments) -> null) : null;
    var request =
        as(
            HttpServletRequest.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getSession" -> session;
                  case "getServletPath" -> "/my/sign-in.xhtml";
                  case "getRemoteAddr" -> from;
                  default -> null;
                });
    var response =
        as(
            HttpServletResponse.class,
            (proxy, method, arguments) -> {
              if (method.getName().equals("sendError")) {
                refused.add((Integer) arguments[0]);
              }
              return null;
            });
    gate.doFilter(request, response, (asked, answer) -> served++);
  }

  private static <T> T as(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
