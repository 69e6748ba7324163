package org.m2mx.sip;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import javax.servlet.sip.SipApplicationSession;

/** Stands for what only a container makes: answers what it was told to, and nothing else. */
public final class Stub {
  private Stub() {}

  /**
   * Makes one.
   *
   * @param answers to its methods, by their names, from their arguments
   */
  public static <T> T of(Class<T> type, Map<String, Function<Object[], Object>> answers) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              Function<Object[], Object> answer = answers.get(method.getName());
              if (answer == null) {
                throw new UnsupportedOperationException(method.toString());
              }
              return answer.apply(arguments);
            }));
  }

  /** An application session that is good for its attributes. */
  public static SipApplicationSession session() {
    return session(() -> {});
  }

  /**
   * The same, and one that can be ended.
   *
   * @param ended is told
   */
  public static SipApplicationSession session(Runnable ended) {
    Map<Object, Object> attributes = new HashMap<>();
    return of(
        SipApplicationSession.class,
        Map.of(
            "getAttribute", given -> attributes.get(given[0]),
            "setAttribute", given -> attributes.put(given[0], given[1]),
            "removeAttribute", given -> attributes.remove(given[0]),
            "invalidate",
                none -> {
                  ended.run();
                  return null;
                }));
  }
}
