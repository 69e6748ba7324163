package org.m2mx.sipcontainer.stack;

import jakarta.servlet.ServletContext;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** As much of a servlet context as a SIP application needs. */
final class WebApplication {
  private WebApplication() {}

  static ServletContext context(String path) {
    Map<String, Object> attributes = new ConcurrentHashMap<>();
    return (ServletContext)
        Proxy.newProxyInstance(
            ServletContext.class.getClassLoader(),
            new Class<?>[] {ServletContext.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "getClassLoader" -> WebApplication.class.getClassLoader();
                  case "getContextPath" -> path;
                  case "getVirtualServerName" -> "test";
                  case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                  case "getAttribute" -> attributes.get(arguments[0]);
                  case "getInitParameter" -> null;
                  case "hashCode" -> System.identityHashCode(proxy);
                  case "equals" -> proxy == arguments[0];
                  case "toString" -> path;
                  default -> throw new UnsupportedOperationException(method.getName());
                });
  }
}
