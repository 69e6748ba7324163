package org.m2mx.sipcontainer.transport;

import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.header.ims.Path;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.ServerRequestInterface;
import gov.nist.javax.sip.stack.ServerResponseInterface;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongConsumer;
import javax.sip.TransactionState;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.RouteHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.sipcontainer.config.AddressText;
import org.m2mx.sipcontainer.metrics.Direction;
import org.m2mx.sipcontainer.metrics.Shed;
import org.m2mx.sipcontainer.metrics.SipMeters;
import org.m2mx.sipcontainer.overload.Admission;
import org.m2mx.sipcontainer.overload.Admission.Kind;
import org.m2mx.sipcontainer.overload.Claims;
import org.m2mx.sipcontainer.security.Challenger;

/**
 * Parses what arrives and hands it to the transaction layer (RFC 3261 sections 16.3 and 18.2.1).
 */
final class MessageReceiver {
  private static final Logger LOG = System.getLogger(MessageReceiver.class.getName());
  private static final Logger MESSAGES = System.getLogger("org.m2mx.sipcontainer.messages");

  /** Contact too: a REGISTER that lost its contacts would be answered as a mere question. */
  private static final Set<Class<?>> VITAL =
      Set.of(
          Contact.class,
          From.class,
          To.class,
          CSeq.class,
          Via.class,
          CallID.class,
          ContentLength.class,
          RequestLine.class,
          StatusLine.class);

  /** Without them a request would go farther than its sender wants, or another way. */
  private static final Set<Class<?>> VITAL_IN_REQUESTS =
      Set.of(MaxForwards.class, Route.class, Path.class);

  private static final List<String> PROOFS =
      List.of(AuthorizationHeader.NAME, ProxyAuthorizationHeader.NAME);

  /** One for each realm on a request's way; more are not looked at. */
  private static final int MOST_PROOFS = 4;

  /** For requests that have none (RFC 3261 section 16.6, step 3). */
  private static final String DEFAULT_MAX_FORWARDS = "Max-Forwards: 70";

  private final TransactionStack stack;
  private final OrderedExecutor executor;
  private final Admission admission;
  private final Claims claims;
  private final SipMeters meters;
  private final Provenance provenance;
  private final PlainParser parser = new PlainParser();
  private final StatelessAnswers answers = new StatelessAnswers();
  private final StatelessChallenges challenges;
  private final SparseLog sparse = new SparseLog(LOG);

  MessageReceiver(
      TransactionStack stack,
      OrderedExecutor executor,
      Admission admission,
      Claims claims,
      Challenger challenger,
      SipMeters meters) {
    this.stack = stack;
    this.executor = executor;
    this.admission = admission;
    this.claims = claims;
    this.challenges = new StatelessChallenges(challenger, answers);
    this.meters = meters;
    this.provenance = new Provenance(stack, System::nanoTime);
  }

  /**
   * Takes the bytes of one message. What has to be done on the thread that reads from the network
   * is as little as can be: what waits there waits unseen.
   */
  void receive(byte[] bytes, SipChannel channel) {
    MESSAGES.log(
        Level.TRACE, () -> "From %s\n%s".formatted(channel.flow(), SipChannel.text(bytes)));
    Optional<MessageHead> readable = MessageHead.of(bytes, channel);
    if (readable.isEmpty()) {
      parsed(bytes, channel).ifPresent(message -> take(message, bytes.length, channel));
      return;
    }
    MessageHead head = readable.get();
    if (head.isPlainRequest() && head.isAck() && answers.isAcknowledgement(head)) {
      meters.request(Direction.IN, channel.transport(), Request.ACK);
    } else if (head.isResponse() || admission.admits(Kind.NEW)) {
      letIn(head.kind(), head, bytes, channel);
    } else if (!head.isPlainRequest()) {
      parsed(bytes, channel).ifPresent(message -> take(message, bytes.length, channel));
    } else {
      admitted(head, channel)
          .ifPresentOrElse(
              kind -> letIn(kind, head, bytes, channel), () -> refuseUnread(head, channel));
    }
  }

  private void letIn(Kind kind, MessageHead head, byte[] bytes, SipChannel channel) {
    letIn(
        kind,
        head.callId(),
        bytes.length,
        channel,
        arrived -> parsed(bytes, channel).ifPresent(message -> process(message, channel, arrived)));
  }

  /**
   * Has a message worked on.
   *
   * @param octets of the message
   * @param processing gets the moment of its arrival
   */
  private void letIn(
      Kind kind, String callId, int octets, SipChannel channel, LongConsumer processing) {
    long arrived = System.nanoTime();
    if (!executor.offer(kind, callId, octets, () -> processing.accept(arrived))) {
      meters.shed(Shed.MESSAGE);
      sparse.log(
          Level.WARNING,
          "Call-ID %s: message on %s dropped, too many wait",
          callId,
          channel.flow());
    }
  }

  /** The message in these bytes, marked with where it came from; empty when there is none. */
  private Optional<SIPMessage> parsed(byte[] bytes, SipChannel channel) {
    Optional<String> problem = MessageSyntax.problem(bytes);
    if (problem.isPresent()) {
      refuse(bytes, channel, problem.get());
      return Optional.empty();
    }
    try {
      SIPMessage message =
          parser.parseSIPMessage(bytes, true, false, MessageReceiver::onMalformedHeader);
      if (message == null) {
        return Optional.empty();
      }
      String missing = missingHeader(message);
      if (missing == null) {
        count(message, channel);
        mark(message, channel);
        return Optional.of(message);
      }
      refuse(bytes, channel, "400 Bad Request (no usable %s)".formatted(missing));
    } catch (MalformedHeaderException e) {
      refuse(bytes, channel, "400 Bad Request (malformed %s)".formatted(e.name));
    } catch (ParseException | RuntimeException e) {
      LOG.log(Level.DEBUG, "{0}: {1}", channel.flow(), e);
      refuse(bytes, channel, "400 Bad Request (malformed message)");
    }
    return Optional.empty();
  }

  private void count(SIPMessage message, SipChannel channel) {
    String method = message.getCSeq().getMethod();
    if (message instanceof SIPResponse response) {
      meters.response(Direction.IN, channel.transport(), method, response.getStatusCode());
    } else {
      meters.request(Direction.IN, channel.transport(), method);
    }
  }

  private static void mark(SIPMessage message, SipChannel channel) throws ParseException {
    if (message instanceof SIPRequest request) {
      markSource(request.getTopmostVia(), channel);
      if (request.getTopmostVia().getBranch() == null) {
        request.getTopmostVia().setBranch(branchOf(request));
      }
    }
  }

  /**
   * As what a request comes in while new ones do not; empty when it does not. What belongs to a
   * transaction that is there is not refused any more.
   */
  private Optional<Kind> admitted(MessageHead head, SipChannel channel) {
    if (!RequestCheck.isAnswered(head.method())
        || isKnown(head.transaction())
        || !channel.isReliable() && stack.completed().has(head.transaction())) {
      return Optional.of(Kind.BEGUN);
    } else if (executor.begins(head.callId())) {
      // Most likely one that comes again.
      return Optional.of(Kind.NEW);
    }
    return entryFor(head.toTag(), head.route(), head.proofs());
  }

  /**
   * Refuses a request for what its head says. At more than the capacity most requests end here, and
   * what is spent on them is lacking elsewhere; so nothing is parsed that is not needed.
   */
  private void refuseUnread(MessageHead head, SipChannel channel) {
    meters.request(Direction.IN, channel.transport(), head.method());
    refuse();
    try {
      channel.send(answers.refusalForNow(head));
      meters.response(
          Direction.OUT, channel.transport(), head.method(), Response.SERVICE_UNAVAILABLE);
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0}: not answered: {1}", channel.flow(), e.getMessage());
    }
  }

  /** Takes a message that had to be parsed to know what it is. */
  private void take(SIPMessage message, int octets, SipChannel channel) {
    try {
      if (message instanceof SIPRequest request && !isWelcome(request)) {
        if (!isDoneWith(request, channel)) {
          refuse();
          answers.refuseForNow(request, channel);
        }
        return;
      }
    } catch (IOException e) {
      LOG.log(Level.DEBUG, "{0}: not answered: {1}", channel.flow(), e.getMessage());
      return;
    }
    letIn(
        kind(message),
        message.getCallId().getCallId(),
        octets,
        channel,
        arrived -> process(message, channel, arrived));
  }

  /** Whether nothing comes of a request: an ACK to an answer from here, or one that comes again. */
  private boolean isDoneWith(SIPRequest request, SipChannel channel) throws IOException {
    return answers.isAcknowledgement(request) || stack.completed().repeat(request, channel);
  }

  /** As it says itself; whether that is true is only asked under overload. */
  private static Kind kind(SIPMessage message) {
    return MessageHead.kind(
        message instanceof SIPRequest request ? request.getMethod() : null,
        message.getToTag() != null,
        PROOFS.stream().anyMatch(name -> message.getHeader(name) != null));
  }

  private void refuse() {
    admission.refuse();
    meters.shed(Shed.REQUEST);
  }

  /** What belongs to a transaction that is there is not refused any more. */
  private boolean isWelcome(SIPRequest request) {
    return !RequestCheck.isAnswered(request.getMethod())
        || admission.admits(Kind.NEW)
        || isKnown(request.getTransactionId())
        || executor.begins(request.getCallId().getCallId())
        || entryFor(request).isPresent();
  }

  private Optional<Kind> entryFor(SIPRequest request) {
    List<String> proofs = new ArrayList<>();
    for (String name : PROOFS) {
      request.getHeaders(name).forEachRemaining(header -> proofs.add(value(header)));
    }
    Object route = request.getHeader(RouteHeader.NAME);
    return entryFor(
        Optional.ofNullable(request.getToTag()), route == null ? "" : value(route), proofs);
  }

  private static String value(Object header) {
    return ((SIPHeader) header).getHeaderValue();
  }

  /** As what a request that begins nothing, or brings a proof, comes in where others do not. */
  private Optional<Kind> entryFor(Optional<String> toTag, String route, List<String> proofs) {
    if (toTag.isPresent()
        && admission.admits(Kind.BEGUN)
        && claims.isOfDialog(toTag.get(), route)) {
      return Optional.of(Kind.BEGUN);
    }
    return !proofs.isEmpty()
            && admission.admits(Kind.PROVEN)
            && proofs.stream().limit(MOST_PROOFS).anyMatch(claims::isProof)
        ? Optional.of(Kind.PROVEN)
        : Optional.empty();
  }

  private boolean isKnown(String transaction) {
    return stack.findTransaction(transaction, true) != null
        || stack.findPendingTransaction(transaction) != null;
  }

  /** Hands on an answer given here in a peer's stead, after the earlier ones of its Call-ID. */
  void dispatch(SIPMessage message, SipChannel channel) {
    executor.execute(message.getCallId().getCallId(), () -> process(message, channel));
  }

  private static void onMalformedHeader(
      ParseException problem,
      SIPMessage message,
      @SuppressWarnings("rawtypes") Class headerClass,
      String header,
      String text)
      throws ParseException {
    if (headerClass != null
        && (VITAL.contains(headerClass)
            || message instanceof SIPRequest && VITAL_IN_REQUESTS.contains(headerClass))) {
      throw new MalformedHeaderException(header, problem);
    }
    message.addUnparsed(header);
  }

  private static final class MalformedHeaderException extends ParseException {
    private static final long serialVersionUID = 1L;

    private final String name;

    MalformedHeaderException(String header, ParseException problem) {
      super(problem.getMessage(), problem.getErrorOffset());
      int colon = header.indexOf(':');
      this.name = colon < 0 ? "first line" : header.substring(0, colon).strip();
    }
  }

  private static String missingHeader(SIPMessage message) {
    if (message.getTopmostVia() == null) {
      return "Via";
    } else if (message.getFrom() == null) {
      return "From";
    } else if (message.getTo() == null) {
      return "To";
    } else if (message.getCallId() == null) {
      return "Call-ID";
    } else if (message.getCSeq() == null) {
      return "CSeq";
    }
    return null;
  }

  private void refuse(byte[] bytes, SipChannel channel, String status) {
    meters.malformed(channel.transport());
    sparse.log(Level.INFO, "%s: malformed, answered %s where it can be", channel.flow(), status);
    RawRefusal.answerTo(SipChannel.text(bytes), status)
        .ifPresent(
            answer -> {
              try {
                send(answer, channel);
              } catch (IOException e) {
                LOG.log(Level.DEBUG, "Could not answer a malformed request", e);
              }
            });
  }

  /** Sends a refusal like any other answer where what it was made of can be read after all. */
  private void send(byte[] refusal, SipChannel channel) throws IOException {
    Optional<SIPResponse> readable = readable(refusal, channel);
    if (readable.isPresent()) {
      channel.sendBack(readable.get());
    } else {
      channel.send(refusal);
      meters.response(Direction.OUT, channel.transport(), "", Response.BAD_REQUEST);
    }
  }

  private Optional<SIPResponse> readable(byte[] refusal, SipChannel channel) {
    if (MessageSyntax.problem(refusal).isPresent()) {
      return Optional.empty();
    }
    try {
      SIPMessage message =
          parser.parseSIPMessage(refusal, true, false, MessageReceiver::onMalformedHeader);
      if (!(message instanceof SIPResponse response) || missingHeader(response) != null) {
        return Optional.empty();
      }
      markSource(response.getTopmostVia(), channel);
      answers.tag(response);
      return Optional.of(response);
    } catch (ParseException | RuntimeException e) {
      LOG.log(Level.DEBUG, "{0}: {1}", channel.flow(), e);
      return Optional.empty();
    }
  }

  private void process(SIPMessage message, SipChannel channel, long arrived) {
    process(message, channel);
    meters.processed(
        message instanceof SIPRequest, message.getCSeq().getMethod(), System.nanoTime() - arrived);
  }

  private void process(SIPMessage message, SipChannel channel) {
    InetSocketAddress remote = channel.remote();
    message.setRemoteAddress(remote.getAddress());
    message.setRemotePort(remote.getPort());
    message.setLocalAddress(channel.getMessageProcessor().getIpAddress());
    message.setLocalPort(channel.getPort());
    message.setPeerPacketSourceAddress(remote.getAddress());
    message.setPeerPacketSourcePort(remote.getPort());
    try {
      if (message instanceof SIPRequest request) {
        process(request, channel);
      } else {
        process((SIPResponse) message, channel);
      }
    } catch (ParseException | IOException e) {
      sparse.log(
          Level.INFO,
          "Call-ID %s: message on %s dropped: %s",
          message.getCallId().getCallId(),
          channel.flow(),
          e.getMessage());
    }
  }

  private void process(SIPRequest request, SipChannel channel) throws ParseException, IOException {
    if (isDoneWith(request, channel)) {
      return;
    }
    if (request.getMaxForwards() == null) {
      request.addHeader(DEFAULT_MAX_FORWARDS);
    }
    OptionalInt refusal = RequestCheck.refusal(request, channel);
    if (refusal.isPresent()) {
      answers.send(request, refusal.getAsInt(), channel);
      return;
    }
    if (StatelessChallenges.isPlain(request)
        && !isKnown(request.getTransactionId())
        && challenges.answer(request, channel)) {
      meters.challenged(request.getMethod());
      return;
    }
    if (request.getMethod().equals(Request.CANCEL) && !provenance.hasInvite(request, channel)) {
      answers.send(
          request,
          isTooLate(request, channel) || provenance.hasOther(request, channel)
              ? Response.OK
              : Response.CALL_OR_TRANSACTION_DOES_NOT_EXIST,
          channel);
      return;
    }
    ServerRequestInterface transaction = stack.newSIPServerRequest(request, channel);
    if (transaction == null) {
      LOG.log(
          Level.DEBUG,
          "Call-ID {0}: {1} dropped, its transaction is busy",
          request.getCallId().getCallId(),
          request.getMethod());
      return;
    }
    try {
      transaction.processRequest(request, channel);
    } finally {
      release(transaction);
    }
  }

  /**
   * For a client of RFC 2543, which knows no branches and does not look at those of answers: the
   * core finds what it proxies by them. The same for an INVITE, its ACK and its CANCEL.
   */
  private static String branchOf(SIPRequest request) {
    int hash =
        Objects.hash(
            request.getCallId().getCallId(),
            request.getFromTag(),
            request.getCSeq().getSeqNumber(),
            request.getTopmostVia().getSentBy().toString());
    return "rfc2543-" + Integer.toHexString(hash);
  }

  private boolean isTooLate(SIPRequest cancel, SipChannel channel) {
    String branch = cancel.getTopmostVia().getBranch();
    return branch != null && stack.completed().hasInvite(branch.toLowerCase(Locale.ROOT), channel);
  }

  private void process(SIPResponse response, SipChannel channel)
      throws ParseException, IOException {
    response.checkHeaders();
    String branch = response.getTopmostVia().getBranch();
    int attempt = NamedTarget.attemptOf(response.getTopmostVia());
    if (!provenance.holds(response, channel)) {
      if (provenance.isRepeated(response, channel)) {
        return;
      }
      meters.foreign(channel.transport());
      sparse.log(
          Level.INFO,
          "Call-ID %s: response %d on %s dropped, no request went that way",
          response.getCallId().getCallId(),
          response.getStatusCode(),
          channel.flow());
      return;
    }
    channel.answered(branch, response);
    SIPTransaction sender = stack.findTransaction(response.getTransactionId(), false);
    if (sender != null
        && sender.getMessageChannel() instanceof NamedTarget named
        && named.goesOn(response, attempt)) {
      return;
    }
    endAccepted(response);
    ServerResponseInterface transaction = stack.newSIPServerResponse(response, channel);
    if (transaction == null) {
      return;
    }
    try {
      if (transaction instanceof SIPClientTransaction client && !client.checkFromTag(response)) {
        LOG.log(
            Level.INFO,
            "Call-ID {0}: response with a foreign From tag dropped",
            response.getCallId().getCallId());
        return;
      }
      transaction.processResponse(response, channel);
    } finally {
      release(transaction);
    }
  }

  /**
   * An INVITE's transaction is over with its first 2xx (RFC 3261 section 17.1.1.2). The stack keeps
   * it for some seconds, in which the 2xx of further devices would be lost in it. A proxy's has no
   * dialog, and loses none.
   */
  private void endAccepted(SIPResponse response) {
    if (!Provenance.is2xxToInvite(response)) {
      return;
    }
    SIPTransaction invite = stack.findTransaction(response.getTransactionId(), false);
    if (invite != null
        && invite.getDialog() != null
        && TransactionState.TERMINATED.equals(invite.getState())) {
      stack.removeTransaction(invite);
    }
  }

  private static void release(Object transaction) {
    if (transaction instanceof SIPTransaction held && !held.passToListener()) {
      held.releaseSem();
    }
  }

  /**
   * RFC 3581 section 4. On streams both parameters are always set: a response that finds no
   * transaction any more finds its connection by them.
   */
  private static void markSource(Via via, SipChannel channel) throws ParseException {
    String source = AddressText.plain(channel.remote().getAddress());
    if (channel.isReliable() || via.hasParameter(Via.RPORT)) {
      via.setParameter(Via.RECEIVED, source);
      via.setParameter(Via.RPORT, Integer.toString(channel.getPeerPort()));
    } else if (!source.equals(via.getHost())) {
      via.setParameter(Via.RECEIVED, source);
    }
  }
}
