package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.MessageProcessor;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.sip.SipException;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.config.Transport;
import org.m2mx.sipcontainer.dns.Destination;
import org.m2mx.sipcontainer.dns.Target;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * What a transaction sends through when its next hop is a name. Requests wait here while the name
 * is looked up, on other threads; then they go to the first server that can be reached, and to the
 * next one when it refuses with 503, its connection fails, or it stays silent over UDP (RFC 3263
 * section 4.3). Each attempt has a branch of its own; the transaction above sees one.
 */
final class NamedTarget extends SipChannel {
  private static final Logger LOG = System.getLogger(NamedTarget.class.getName());
  private static final InetSocketAddress NOWHERE =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  private static final String ATTEMPT = "_attempt";
  private static final String UNAVAILABLE = "Service Unavailable";
  private static final int MOST_WAITING = 8;

  /**
   * How often a datagram is sent to a server that says nothing. An INVITE gets a 100 within 200 ms
   * from whoever is there (RFC 3261 section 17.2.1), so three within 1.5 s, and 2 s more, are
   * enough; other requests may take their time (RFC 4320 section 4.1) and get 4 s more. A whole
   * transaction's 32 s would leave none for the next server.
   */
  private static final int INVITES_TO_THE_SILENT = 3;

  private static final int OTHERS_TO_THE_SILENT = 4;

  private final Transport provisional;
  private final String host;
  private final List<SIPRequest> waiting = new ArrayList<>();
  private final Set<String> sent = new HashSet<>();
  private boolean asked;
  private List<Target> targets;
  private int attempt;
  private SipChannel carrier;
  private SIPRequest first;
  private int sendings;
  private boolean heard;

  /**
   * @param listener stands in until it is known which one reaches the target
   */
  NamedTarget(TransportLayer layer, MessageProcessor listener, Transport provisional, String host) {
    super(layer, listener, NOWHERE);
    this.provisional = provisional;
    this.host = host;
  }

  @Override
  public synchronized void sendMessage(SIPMessage message) throws IOException {
    SIPRequest request = (SIPRequest) message;
    if (targets != null) {
      forward(request);
      return;
    }
    if (waiting.size() < MOST_WAITING
        && waiting.stream().noneMatch(known -> same(known, request))) {
      waiting.add(request);
    }
    if (!asked) {
      asked = true;
      layer()
          .lookups()
          .locate(destination(request))
          .whenComplete((found, failure) -> layer().threads().execute(() -> take(found, failure)));
    }
  }

  private static Destination destination(SIPRequest request) throws IOException {
    try {
      return Destination.of(NextHop.of(request));
    } catch (SipException | IllegalArgumentException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  private static boolean same(SIPRequest one, SIPRequest other) {
    return key(one).equals(key(other));
  }

  private static String key(SIPRequest request) {
    return request.getMethod() + ' ' + request.getTopmostVia().getBranch();
  }

  private synchronized void take(List<Target> found, Throwable failure) {
    targets = found == null ? List.of() : found;
    if (targets.isEmpty()) {
      LOG.log(
          Level.INFO,
          "Call-ID {0}: {1} cannot be reached: {2}",
          waiting.get(0).getCallId().getCallId(),
          host,
          failure == null ? "the DNS knows no server that can be" : failure.getMessage());
    }
    for (SIPRequest request : waiting) {
      forward(request);
    }
    waiting.clear();
  }

  private void forward(SIPRequest request) {
    if (first == null) {
      first = request;
    }
    if (same(first, request)) {
      leaveTheSilent();
      sendings++;
    }
    while (attempt < targets.size()) {
      try {
        send(request, targets.get(attempt));
        return;
      } catch (IOException | SipException | ParseException e) {
        if (carrier != null && request != first) {
          break;
        }
        LOG.log(Level.DEBUG, "{0}: {1}: {2}", host, targets.get(attempt), e.getMessage());
        next();
      }
    }
    answerInstead(request, Response.SERVICE_UNAVAILABLE, UNAVAILABLE);
  }

  private void leaveTheSilent() {
    int patience =
        first.getMethod().equals(Request.INVITE) ? INVITES_TO_THE_SILENT : OTHERS_TO_THE_SILENT;
    if (sendings < patience
        || heard
        || carrier == null
        || carrier.isReliable()
        || attempt + 1 >= targets.size()) {
      return;
    }
    LOG.log(
        Level.INFO,
        "Call-ID {0}: {1} at {2} is silent, the next one is tried",
        first.getCallId().getCallId(),
        host,
        targets.get(attempt).address());
    next();
  }

  private void next() {
    attempt++;
    sendings = 0;
    heard = false;
    carrier = null;
    sent.clear();
  }

  private void send(SIPRequest request, Target target)
      throws IOException, SipException, ParseException {
    boolean repeated = !sent.add(key(request));
    if (repeated && carrier != null && carrier.isReliable()) {
      return;
    }
    SIPRequest copy = (SIPRequest) request.clone();
    var listener = layer().departures().leave(copy, target);
    if (carrier == null) {
      carrier = layer().reach(listener, target.address(), host);
    }
    if (attempt > 0) {
      Via via = copy.getTopmostVia();
      via.setBranch(via.getBranch() + ATTEMPT + attempt);
    }
    carrier.sendMessage(copy);
  }

  /**
   * Takes from a Via what tells attempts apart.
   *
   * @return the number of the attempt
   */
  static int attemptOf(Via via) {
    String branch = via.getBranch();
    int end = branch == null ? -1 : branch.lastIndexOf(ATTEMPT);
    if (end < 0) {
      return 0;
    }
    try {
      int number = Integer.parseInt(branch.substring(end + ATTEMPT.length()));
      via.setBranch(branch.substring(0, end));
      return number;
    } catch (NumberFormatException | ParseException e) {
      return 0;
    }
  }

  /**
   * Tries the next server when this answer says that one will not do.
   *
   * @param number of the attempt the answer belongs to
   * @return whether the transaction shall not see the answer
   */
  synchronized boolean goesOn(SIPResponse response, int number) throws ParseException {
    if (targets == null || attempt >= targets.size()) {
      return false;
    } else if (number != attempt) {
      return true;
    }
    heard = true;
    int status = response.getStatusCode();
    boolean failed = status == Response.SERVICE_UNAVAILABLE || status == FailedFlow.STATUS;
    if (!failed || !response.getCSeq().getMethod().equals(first.getMethod())) {
      return false;
    } else if (attempt + 1 == targets.size()) {
      // There is no flow in a name that could have failed (RFC 3261 section 16.9).
      response.setStatusCode(Response.SERVICE_UNAVAILABLE);
      response.setReasonPhrase(UNAVAILABLE);
      return false;
    }
    LOG.log(
        Level.DEBUG,
        "Call-ID {0}: {1} at {2} answers {3}, the next one is tried",
        response.getCallId().getCallId(),
        host,
        targets.get(attempt).address(),
        status);
    if (first.getMethod().equals(Request.INVITE)) {
      acknowledge(response);
    }
    next();
    forward(first);
    return true;
  }

  private void acknowledge(SIPResponse refusal) {
    try {
      SIPRequest ack = first.createErrorAck((To) refusal.getTo());
      send(ack, targets.get(attempt));
    } catch (IOException | SipException | ParseException e) {
      LOG.log(Level.DEBUG, "{0}: no ACK: {1}", host, e.getMessage());
    }
  }

  @Override
  synchronized boolean isReachedBy(SipChannel actual) {
    return actual == this || carrier != null && carrier.isReachedBy(actual);
  }

  @Override
  public synchronized Transport transport() {
    return carrier == null ? provisional : carrier.transport();
  }

  @Override
  public synchronized boolean isReliable() {
    return carrier != null && carrier.isReliable();
  }

  @Override
  public synchronized Flow flow() {
    return carrier == null
        ? Flow.between(provisional, local(), NOWHERE, "unresolved")
        : carrier.flow();
  }

  @Override
  void send(byte[] message) throws IOException {
    throw new IOException("what is sent to a name is sent whole");
  }

  @Override
  public void close() {
    // The connection underneath is others', too.
  }
}
