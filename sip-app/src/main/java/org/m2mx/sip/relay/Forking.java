package org.m2mx.sip.relay;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.servlet.sip.Proxy;
import javax.servlet.sip.ProxyBranch;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.ServletTimer;
import javax.servlet.sip.SipApplicationSession;
import javax.servlet.sip.SipFactory;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.TooManyHopsException;
import javax.servlet.sip.URI;
import org.m2mx.registry.call.CallTrace.Station;
import org.m2mx.sip.record.Addresses;
import org.m2mx.sip.record.RecordedCall;
import org.m2mx.sip.relay.Devices.Device;
import org.m2mx.sip.timer.Timers;

/**
 * A request on its way to the callee's devices: all of one group at a time, the next group when
 * none of the one before accepted or refused for all, or when it rang for too long.
 */
final class Forking {
  private static final Logger LOG = System.getLogger(Forking.class.getName());
  private static final String ATTRIBUTE = Forking.class.getName();

  /** How long the container's own timer waits after ours has had its chance. */
  private static final int GRACE_SECONDS = 2;

  private final SipServletRequest request;
  private final String cseq;
  private final String fromTag;
  private final Proxy proxy;
  private final SipFactory factory;
  private final Timers timers;
  private final RelayTimes times;
  private final Duration groupsTime;
  private final Deque<List<Device>> untried;
  private final Map<ProxyBranch, Device> tried = new IdentityHashMap<>();
  private ServletTimer patience;

  private Forking(
      SipServletRequest request,
      List<List<Device>> groups,
      SipFactory factory,
      Timers timers,
      RelayTimes times)
      throws TooManyHopsException {
    this.request = request;
    this.cseq = request.getHeader("CSeq");
    this.fromTag = request.getFrom().getParameter("tag");
    this.proxy = request.getProxy();
    this.factory = factory;
    this.timers = timers;
    this.times = times;
    this.groupsTime = times.patience(request.getMethod(), Math.max(1, groups.size()));
    this.untried = new ArrayDeque<>(groups);
  }

  /**
   * Sends a request on its way.
   *
   * @param groups devices to try together, at least one group
   * @throws IOException if a stored contact is no URI any more
   */
  static void start(
      SipServletRequest request,
      List<List<Device>> groups,
      SipFactory factory,
      Timers timers,
      RelayTimes times)
      throws IOException, TooManyHopsException {
    Forking forking = new Forking(request, groups, factory, timers, times);
    request.getApplicationSession().setAttribute(ATTRIBUTE, forking);
    forking.proxy.setRecordRoute("INVITE".equals(request.getMethod()));
    forking.proxy.setSupervised(true);
    forking.proxy.setParallel(true);
    forking.proxy.setRecurse(false);
    forking.proxy.setProxyTimeout(times.ringingSeconds() + GRACE_SECONDS);
    forking.tryNext();
  }

  /** The one that a session's request is on; empty when it has none. */
  static Optional<Forking> of(SipApplicationSession session) {
    return Optional.ofNullable((Forking) session.getAttribute(ATTRIBUTE));
  }

  /** It is concluded: what follows belongs to the dialog. */
  void forgetIn(SipApplicationSession session) {
    session.removeAttribute(ATTRIBUTE);
  }

  /** The request as it came. */
  SipServletRequest request() {
    return request;
  }

  /** Whether a response answers the request, not a later one of its dialog. */
  boolean began(SipServletResponse response) {
    return cseq.equals(response.getHeader("CSeq"))
        && Objects.equals(fromTag, response.getFrom().getParameter("tag"));
  }

  /** No group is tried any more: somebody accepted, refused for all, or the caller hung up. */
  void stop() {
    untried.clear();
    tried.clear();
    if (patience != null) {
      patience.cancel();
      patience = null;
    }
  }

  /**
   * Tries the next group.
   *
   * @return whether there was one
   */
  boolean tryNext() throws IOException {
    List<Device> group = untried.poll();
    if (group == null) {
      return false;
    }
    if (patience != null) {
      patience.cancel();
    }
    begin(group);
    // The last group's time is the container's: it answers 408 when it is over.
    patience =
        untried.isEmpty()
            ? null
            : timers.after(request.getApplicationSession(), groupsTime, this::noAnswer);
    return true;
  }

  /**
   * Tries a device down its next connection, when one has failed and it keeps another (RFC 5626
   * section 5.3).
   *
   * @param failed where the first was tried
   */
  void tryOtherwise(ProxyBranch failed) throws IOException {
    Device device = tried.remove(failed);
    if (device != null && device.otherwise() != null) {
      begin(List.of(device.otherwise()));
    }
  }

  private void begin(List<Device> devices) throws IOException {
    List<ProxyBranch> branches = proxy.createProxyBranches(contacts(devices));
    for (int i = 0; i < branches.size(); i++) {
      Device device = devices.get(i);
      tried.put(branches.get(i), device);
      route(branches.get(i).getRequest(), device);
      RecordedCall.of(request.getApplicationSession())
          .ifPresent(
              call ->
                  call.saw(
                      Station.SERVER,
                      Station.CALLEE,
                      request.getMethod(),
                      Addresses.remote(device.flow())));
    }
    proxy.startProxy();
  }

  /** A group rang for too long: it is called off, and the next one tried. */
  private void noAnswer() {
    List<ProxyBranch> ringing =
        proxy.getProxyBranches().stream()
            .filter(branch -> branch.isStarted() && !hasFinalResponse(branch))
            .toList();
    try {
      tryNext();
    } catch (IOException e) {
      LOG.log(Level.ERROR, "The next devices cannot be tried, Call-ID " + request.getCallId(), e);
    }
    ringing.forEach(ProxyBranch::cancel);
  }

  private static boolean hasFinalResponse(ProxyBranch branch) {
    return branch.getResponse() != null && branch.getResponse().getStatus() >= 200;
  }

  /** The best final answer of a device that could be reached; empty when there is none. */
  Optional<SipServletResponse> bestOfReached() {
    return proxy.getProxyBranches().stream()
        .filter(Forking::hasFinalResponse)
        .map(ProxyBranch::getResponse)
        .filter(response -> response.getStatus() != Responses.FLOW_FAILED)
        .min(Comparator.comparingInt(SipServletResponse::getStatus));
  }

  /** Down the connection, and from its other end along the Path (RFC 3327 section 5.4). */
  private void route(SipServletRequest branch, Device device) throws IOException {
    try {
      for (int i = device.path().size() - 1; i >= 0; i--) {
        branch.pushRoute(factory.createAddress(device.path().get(i)));
      }
    } catch (ServletParseException e) {
      throw new IOException("A stored Path is no URI any more", e);
    }
    branch.pushRoute(device.flow().route());
  }

  private List<URI> contacts(List<Device> devices) throws IOException {
    List<URI> contacts = new ArrayList<>();
    for (Device device : devices) {
      contacts.add(Devices.uri(factory, device.contact()));
    }
    return contacts;
  }
}
