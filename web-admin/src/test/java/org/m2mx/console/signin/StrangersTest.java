package org.m2mx.console.signin;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StrangersTest {
  private final List<String> told = new ArrayList<>();

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD"})
  void whoLooksGetsTheSignInPageAndComesBack(String method) throws Exception {
    ask(method, "/isp.xhtml");
    assertThat(told).containsExactly("addCookie", "forward");
    told.clear();
    ask(method, "/sign-in.xhtml");
    assertThat(told).containsExactly("served");
  }

  @Test
  void nobodyComesBackToWhatTakesPasswords() throws Exception {
    ask("GET", "/j_security_check");
    assertThat(told).containsExactly("forward");
  }

  @Test
  void aFormIsGone() throws Exception {
    ask("POST", "/isp.xhtml");
    ask("POST", "/sign-in.xhtml");
    assertThat(told).containsExactly("sendRedirect", "sendRedirect");
  }

  private void ask(String method, String path) throws Exception {
    var signIn = as(RequestDispatcher.class, (proxy, called, arguments) -> tell(called.getName()));
    var request =
        as(
            HttpServletRequest.class,
            (proxy, called, arguments) ->
                switch (called.getName()) {
                  case "getMethod" -> method;
                  case "getServletPath" -> path;
                  case "getContextPath" -> "/console";
                  case "getRequestURI" -> "/console" + path;
                  case "getRequestDispatcher" -> signIn;
                  default -> null;
                });
    var response =
        as(HttpServletResponse.class, (proxy, called, arguments) -> tell(called.getName()));
    Strangers.serve(request, response, (asked, answer) -> tell("served"));
  }

  private Object tell(String what) {
    told.add(what);
    return null;
  }

  private static <T> T as(Class<T> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
