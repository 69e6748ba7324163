package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sip.message.Request;

/**
 * Requests sent over a connection that have no final response yet. When the connection closes they
 * are answered at once; without this each would wait for its transaction's timer.
 */
final class Unanswered {
  /** Longer than any client transaction lives without hearing anything (timer C plus timer B). */
  private static final long KEPT_NANOS = TimeUnit.MINUTES.toNanos(4);

  private record Sent(SIPRequest request, long at) {}

  private final Map<String, Sent> requests = new LinkedHashMap<>();

  synchronized void add(SIPRequest request) {
    long now = System.nanoTime();
    Iterator<Sent> oldest = requests.values().iterator();
    while (oldest.hasNext() && now - oldest.next().at() > KEPT_NANOS) {
      oldest.remove();
    }
    if (!request.getMethod().equals(Request.ACK)) {
      requests.put(
          key(request.getTopmostVia().getBranch(), request.getMethod()), new Sent(request, now));
    }
  }

  /** Returns whether the request was still waiting. */
  synchronized boolean remove(SIPRequest request) {
    return requests.remove(key(request.getTopmostVia().getBranch(), request.getMethod())) != null;
  }

  synchronized void remove(String branch, SIPResponse response) {
    if (response.getStatusCode() >= 200) {
      requests.remove(key(branch, response.getCSeq().getMethod()));
    }
  }

  synchronized List<SIPRequest> all() {
    List<SIPRequest> all = new ArrayList<>();
    requests.values().forEach(sent -> all.add(sent.request()));
    requests.clear();
    return all;
  }

  private static String key(String branch, String method) {
    return method + ' ' + branch;
  }
}
