package org.m2mx.console.openid;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.m2mx.console.signin.Gate;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.SignIn;

/** A session that an OpenID provider's word began, while that word holds and afterwards. */
class VouchedLongAgoTest {
  private static final Instant BEGUN = Instant.parse("2026-11-23T09:00:00Z");
  private static final Instant UNTIL = BEGUN.plus(Duration.ofHours(10));

  private final Map<String, Object> kept = new HashMap<>();
  private final List<String> done = new ArrayList<>();
  private final HttpServletRequest request = request();

  @BeforeEach
  void comeIn() throws Exception {
    ProviderSession.begin(request, new Vouched("hanako", "subject-1", "token"), UNTIL);
    // What a page of that operator keeps.
    kept.put("page", "hers");
    done.clear();
  }

  @Test
  void isTheOperatorsWhileTheWordHolds() throws Exception {
    pass(UNTIL.minusSeconds(1));
    assertThat(done).startsWith("operator hanako");
  }

  @Test
  void endsWithTheWordSoThatNothingIsLeftForWhoSignsInNext() throws Exception {
    pass(UNTIL);
    assertThat(done).containsExactly("logout", "invalidate", "forward /sign-in.xhtml");
    assertThat(kept).isEmpty();
  }

  private void pass(Instant now) throws Exception {
    var signIn =
        new SignIn(null, null, null) {
          @Override
          public Optional<Operator> operator(String name) {
            done.add("operator " + name);
            return Optional.empty();
          }
        };
    var response = as(HttpServletResponse.class, (proxy, method, arguments) -> null);
    new Gate(signIn, null, null, null, new Acting(), Clock.fixed(now, ZoneOffset.UTC))
        .doFilter(
            request,
            response,
            (asked, answered) -> {
              throw new AssertionError("nobody is served");
            });
  }

  private HttpServletRequest request() {
    var session =
        as(
            HttpSession.class,
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getAttribute" -> kept.get(arguments[0]);
                  case "setAttribute" -> kept.put((String) arguments[0], arguments[1]);
                  case "invalidate" -> {
                    kept.clear();
                    yield done.add("invalidate");
                  }
                  default -> null;
                });
    return as(
        HttpServletRequest.class,
        (proxy, method, arguments) ->
            switch (method.getName()) {
              case "getSession" -> session;
              case "getMethod" -> "GET";
              case "getServletPath", "getRequestURI" -> "/isps.xhtml";
              case "getContextPath" -> "";
              case "logout" -> done.add("logout");
              case "getRequestDispatcher" -> dispatcher((String) arguments[0]);
              default -> null;
            });
  }

  private RequestDispatcher dispatcher(String page) {
    return as(
        RequestDispatcher.class,
        (proxy, method, arguments) -> done.add(method.getName() + ' ' + page));
  }

  private static <T> T as(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              var value = handler.invoke(proxy, method, arguments);
              return method.getReturnType() == void.class ? null : value;
            }));
  }
}
