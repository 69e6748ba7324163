package org.m2mx.sip.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Iterator;
import javax.servlet.sip.SipServletRequest;

/**
 * Knows requests that come round again (RFC 3261 section 16.3 step 4). A request that the relay has
 * passed on and that arrives once more, for the same target, by way of another proxy, would run in
 * circles until its Max-Forwards is used up. One that comes back for another target is a spiral and
 * is let through.
 */
@Singleton
public class Loops {
  private static final int MOST_REMEMBERED = 50_000;

  private record Passed(String method, String callId, String fromTag, String cseq, String target) {
    static Passed of(SipServletRequest request) {
      return new Passed(
          request.getMethod(),
          request.getCallId(),
          request.getFrom().getParameter("tag"),
          request.getHeader("CSeq"),
          request.getRequestURI().toString());
    }
  }

  private final Cache<Passed, Boolean> passed;

  /**
   * @param times how long a request may be on its way
   */
  @Inject
  public Loops(RelayTimes times) {
    passed =
        Caffeine.newBuilder()
            .maximumSize(MOST_REMEMBERED)
            .expireAfterWrite(Duration.ofSeconds(times.ringingSeconds()))
            .executor(Runnable::run)
            .build();
  }

  /** Takes note of a request that is passed on, before it is. */
  void passesOn(SipServletRequest request) {
    passed.put(Passed.of(request), true);
  }

  /** Whether a request has been here before. */
  boolean isOneOf(SipServletRequest request) {
    Iterator<String> hops = request.getHeaders("Via");
    hops.next();
    return hops.hasNext() && passed.getIfPresent(Passed.of(request)) != null;
  }
}
