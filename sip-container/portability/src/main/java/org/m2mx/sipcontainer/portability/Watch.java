package org.m2mx.sipcontainer.portability;

import jakarta.annotation.Priority;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import jakarta.servlet.ServletRequest;

/** Leaves the name of the method in the request. */
@Watched
@Interceptor
@Priority(Interceptor.Priority.APPLICATION)
public class Watch {

  /** Around a method with a request as its first argument. */
  @AroundInvoke
  public Object note(InvocationContext call) throws Exception {
    if (call.getParameters().length > 0
        && call.getParameters()[0] instanceof ServletRequest request) {
      Object before = request.getAttribute("watched");
      String now = call.getMethod().getName();
      request.setAttribute("watched", before == null ? now : before + " " + now);
    }
    return call.proceed();
  }
}
