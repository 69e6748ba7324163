package org.m2mx.ua;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever there is to tell is told, and what is thrown goes no further. */
class GuardedListenerTest {
  static Method[] everything() {
    return UserAgentListener.class.getMethods();
  }

  @ParameterizedTest
  @MethodSource("everything")
  void isToldAndCannotThrow(Method method) throws Exception {
    List<String> told = new ArrayList<>();
    UserAgentListener throwing =
        (UserAgentListener)
            Proxy.newProxyInstance(
                UserAgentListener.class.getClassLoader(),
                new Class<?>[] {UserAgentListener.class},
                (proxy, called, arguments) -> {
                  told.add(called.getName());
                  throw new IllegalStateException("not now");
                });
    Object[] nothing = new Object[method.getParameterCount()];
    for (int i = 0; i < nothing.length; i++) {
      nothing[i] = method.getParameterTypes()[i] == int.class ? 180 : null;
    }
    method.invoke(new GuardedListener(throwing), nothing);
    assertThat(told).containsExactly(method.getName());
  }
}
