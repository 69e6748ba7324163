package org.m2mx.ua.signalling;

import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import gov.nist.javax.sip.stack.MessageChannel;
import gov.nist.javax.sip.stack.RawMessageChannel;
import gov.nist.javax.sip.stack.SIPClientTransaction;
import gov.nist.javax.sip.stack.SIPServerTransaction;
import gov.nist.javax.sip.stack.SIPTransaction;
import gov.nist.javax.sip.stack.SIPTransactionStack;
import gov.nist.javax.sip.stack.ServerRequestInterface;
import gov.nist.javax.sip.stack.ServerResponseInterface;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import javax.sip.ClientTransaction;
import javax.sip.TransactionState;
import javax.sip.message.Response;
import org.m2mx.ua.net.IpText;

/**
 * The one way in and out for JAIN SIP: whatever it sends goes down the flow of the moment, wherever
 * it thinks to send it, and whatever comes up a flow is handed to its transactions. A transaction
 * that outlives a flow goes on over the next.
 */
final class FlowChannel extends MessageChannel implements RawMessageChannel {
  private static final System.Logger LOG = System.getLogger(FlowChannel.class.getName());

  /** Headers without which a message cannot be dealt with. */
  private static final Set<Class<?>> ESSENTIAL =
      Set.of(
          RequestLine.class,
          StatusLine.class,
          Via.class,
          From.class,
          To.class,
          CallID.class,
          CSeq.class,
          ContentLength.class);

  private final SIPTransactionStack stack;
  private final Supplier<Flow> flow;
  private final BiConsumer<ClientTransaction, Response> late;

  /**
   * A channel.
   *
   * @param flow the flow of the moment
   * @param late is told of final responses after the first
   */
  FlowChannel(
      SIPTransactionStack stack,
      FlowProcessor processor,
      Supplier<Flow> flow,
      BiConsumer<ClientTransaction, Response> late) {
    this.stack = stack;
    this.late = late;
    this.messageProcessor = processor;
    this.flow = flow;
  }

  /** Takes a message off the wire to the transaction it belongs to. */
  void received(byte[] bytes) {
    try {
      SIPMessage message =
          stack
              .getMessageParserFactory()
              .createMessageParser(stack)
              .parseSIPMessage(bytes, true, false, new Complaints());
      if (message != null) {
        Messages.keepAsReceived(message, bytes);
        log("received", message);
        processMessage(message);
      }
    } catch (ParseException | IOException e) {
      LOG.log(System.Logger.Level.INFO, "Dropped a malformed message: {0}", e.getMessage());
    }
  }

  /** Hands a message to its transaction; the stack calls this for messages to itself. */
  @Override
  public void processMessage(SIPMessage message) throws ParseException, IOException {
    message.setRemoteAddress(getPeerInetAddress());
    message.setRemotePort(getPeerPort());
    message.setLocalAddress(flow.get().local().getAddress());
    message.setLocalPort(flow.get().local().getPort());
    message.setPeerPacketSourceAddress(getPeerInetAddress());
    message.setPeerPacketSourcePort(getPeerPort());
    if (message instanceof SIPRequest request) {
      received(request);
    } else {
      received((SIPResponse) message);
    }
  }

  private void received(SIPRequest request) throws ParseException, IOException {
    request.checkHeaders();
    if (!request.getMethod().equals(request.getCSeq().getMethod())) {
      sendMessage(request.createResponse(Response.BAD_REQUEST, "CSeq names another method"));
      return;
    }
    stampVia(request);
    ServerRequestInterface transaction = stack.newSIPServerRequest(request, this);
    if (transaction == null) {
      LOG.log(
          System.Logger.Level.DEBUG,
          "Call-ID {0}: {1} repeated while being dealt with",
          request.getCallId().getCallId(),
          request.getMethod());
      return;
    }
    try {
      transaction.processRequest(request, this);
    } finally {
      if (transaction instanceof SIPServerTransaction server && !server.passToListener()) {
        server.releaseSem();
      }
    }
  }

  /** Notes where a request really came from (RFC 3261 section 18.2.1, RFC 3581 section 4). */
  private void stampVia(SIPRequest request) throws ParseException {
    Via via = request.getTopmostVia();
    String source = IpText.of(getPeerInetAddress());
    boolean wantsPort = via.hasParameter(Via.RPORT);
    if (wantsPort) {
      via.setParameter(Via.RPORT, String.valueOf(getPeerPort()));
    }
    if (wantsPort || !via.getHost().equals(source)) {
      via.setParameter(Via.RECEIVED, source);
    }
  }

  private void received(SIPResponse response) throws ParseException {
    response.checkHeaders();
    ServerResponseInterface transaction = stack.newSIPServerResponse(response, this);
    if (transaction == null) {
      return;
    }
    boolean isOver =
        transaction instanceof SIPClientTransaction client
            && client.getState() == TransactionState.TERMINATED;
    try {
      if (transaction instanceof SIPClientTransaction client && !client.checkFromTag(response)) {
        return;
      }
      transaction.processResponse(response, this);
    } finally {
      if (transaction instanceof SIPTransaction owned && !owned.passToListener()) {
        owned.releaseSem();
      }
    }
    if (isOver) {
      // The stack keeps such a response to itself, though another callee may have answered.
      late.accept((SIPClientTransaction) transaction, response);
    }
  }

  @Override
  public void sendMessage(SIPMessage message) throws IOException {
    log("sending", message);
    flow.get().send(message.encodeAsBytes(getTransport()));
  }

  @Override
  public void sendMessage(SIPMessage message, InetAddress receiver, int port) throws IOException {
    sendMessage(message);
  }

  /** Sends bytes, which are a message that the stack repeats. */
  @Override
  protected void sendMessage(
      byte[] message, InetAddress receiverAddress, int receiverPort, boolean reconnect)
      throws IOException {
    flow.get().send(message);
  }

  private static void log(String verb, SIPMessage message) {
    LOG.log(
        System.Logger.Level.DEBUG,
        () ->
            "Call-ID "
                + (message.getCallId() == null ? "?" : message.getCallId().getCallId())
                + ": "
                + verb
                + " "
                + message.getFirstLine().strip());
  }

  /** Ends nothing: the channel lasts as long as the stack, and flows have owners of their own. */
  @Override
  public void close() {
    // See above.
  }

  @Override
  public SIPTransactionStack getSIPStack() {
    return stack;
  }

  @Override
  public String getTransport() {
    return FlowProcessor.TRANSPORT;
  }

  @Override
  public boolean isReliable() {
    return true;
  }

  @Override
  public boolean isSecure() {
    return true;
  }

  @Override
  public String getPeerAddress() {
    return getPeerInetAddress().getHostAddress();
  }

  @Override
  protected InetAddress getPeerInetAddress() {
    return flow.get().remote().getAddress();
  }

  @Override
  protected String getPeerProtocol() {
    return FlowProcessor.TRANSPORT;
  }

  @Override
  public int getPeerPort() {
    return flow.get().remote().getPort();
  }

  @Override
  public int getPeerPacketSourcePort() {
    return getPeerPort();
  }

  @Override
  public InetAddress getPeerPacketSourceAddress() {
    return getPeerInetAddress();
  }

  @Override
  public String getKey() {
    return getKey(getPeerInetAddress(), getPeerPort(), getTransport());
  }

  @Override
  public String getViaHost() {
    return IpText.bracketed(flow.get().local().getAddress());
  }

  @Override
  public int getViaPort() {
    return flow.get().local().getPort();
  }

  /** Refuses a message with an essential part malformed, and keeps other bad headers as text. */
  private final class Complaints implements ParseExceptionListener {
    @Override
    public void handleException(
        ParseException e,
        SIPMessage message,
        @SuppressWarnings("rawtypes") Class headerClass,
        String header,
        String text)
        throws ParseException {
      if (!ESSENTIAL.contains(headerClass)) {
        message.addUnparsed(header);
        return;
      }
      if (text != null && !text.startsWith("SIP/") && !text.startsWith("ACK ")) {
        String answer = createBadReqRes(text, e);
        if (answer != null) {
          try {
            flow.get().send(answer.getBytes(StandardCharsets.UTF_8));
          } catch (IOException failure) {
            e.addSuppressed(failure);
          }
        }
      }
      throw e;
    }
  }
}
