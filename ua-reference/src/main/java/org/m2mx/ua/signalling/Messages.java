package org.m2mx.ua.signalling;

import gov.nist.javax.sip.SIPConstants;
import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import gov.nist.javax.sip.message.SIPMessage;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.sip.Dialog;
import javax.sip.InvalidArgumentException;
import javax.sip.SipException;
import javax.sip.address.Address;
import javax.sip.address.AddressFactory;
import javax.sip.address.URI;
import javax.sip.header.CSeqHeader;
import javax.sip.header.CallIdHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.ContentTypeHeader;
import javax.sip.header.Header;
import javax.sip.header.HeaderFactory;
import javax.sip.header.ReasonHeader;
import javax.sip.header.ToHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Message;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.net.IpText;

/** Makes the requests and responses of one user agent. */
final class Messages {
  private static final String PRODUCT = "m2mx-ua";
  private static final List<String> ALLOWED =
      List.of(
          Request.INVITE,
          Request.ACK,
          Request.BYE,
          Request.CANCEL,
          Request.OPTIONS,
          Request.NOTIFY);

  /** What another may have shown to this side's user, characters. */
  private static final int LONGEST_REASON = 400;

  private static final String WARNING_MISCELLANEOUS = "399";

  private final MessageFactory messages = new MessageFactoryImpl();
  private final HeaderFactory headers = new HeaderFactoryImpl();
  private final AddressFactory addresses = new AddressFactoryImpl();
  private final SecureRandom random = new SecureRandom();
  private final AtomicLong sequence = new AtomicLong(1);

  /** All have one Call-ID, and no gaps between their numbers (RFC 3261 section 10.2). */
  private final AtomicLong registrations = new AtomicLong(1);

  private final Aor aor;
  private final Supplier<Flow> flow;
  private final BooleanSupplier takesMessages;

  Messages(Aor aor, Supplier<Flow> flow, BooleanSupplier takesMessages) {
    this.aor = aor;
    this.flow = flow;
    this.takesMessages = takesMessages;
  }

  /** Returns a random token, for tags and Call-IDs: 96 bits, as many hexadecimal digits as that. */
  String token() {
    byte[] bytes = new byte[12];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private long next(String method) {
    return (method.equals(Request.REGISTER) ? registrations : sequence).getAndIncrement();
  }

  CallIdHeader newCallId() {
    try {
      return headers.createCallIdHeader(token());
    } catch (ParseException e) {
      throw unexpected(e);
    }
  }

  /** Makes a request outside any dialog, with a sequence number above all before of its Call-ID. */
  Request request(String method, String uri, String to, CallIdHeader callId, String fromTag) {
    try {
      Request request =
          messages.createRequest(
              addresses.createURI(uri),
              method,
              callId,
              headers.createCSeqHeader(next(method), method),
              headers.createFromHeader(address(aor.toString()), fromTag),
              headers.createToHeader(address(to), null),
              List.of(via()),
              headers.createMaxForwardsHeader(70));
      request.setHeader(header("User-Agent", product()));
      return request;
    } catch (ParseException | InvalidArgumentException e) {
      throw unexpected(e);
    }
  }

  /**
   * Makes a request anew to be sent again: with a branch and a sequence number of its own, and all
   * headers in the place they had, since servers copy some in the order they find.
   */
  Request again(Request request) {
    Request copy = (Request) request.clone();
    ViaHeader via = (ViaHeader) copy.getHeader(ViaHeader.NAME);
    InetSocketAddress local = flow.get().local();
    try {
      ((CSeqHeader) copy.getHeader(CSeqHeader.NAME)).setSeqNumber(next(request.getMethod()));
      via.setHost(IpText.bracketed(local.getAddress()));
      via.setPort(local.getPort());
      via.setBranch(newBranch());
      return copy;
    } catch (ParseException | InvalidArgumentException e) {
      throw unexpected(e);
    }
  }

  /** Makes a request within a dialog anew to be sent again, with what it was about. */
  Request again(Request request, Dialog within) throws SipException {
    Request copy = within.createRequest(request.getMethod());
    copy.setHeader(via());
    for (String name : List.of(ContactHeader.NAME, "Supported", "Reason")) {
      Header header = request.getHeader(name);
      if (header != null) {
        copy.setHeader(header);
      }
    }
    if (request.getRawContent() != null) {
      try {
        copy.setContent(
            request.getRawContent(), (ContentTypeHeader) request.getHeader(ContentTypeHeader.NAME));
      } catch (ParseException e) {
        throw unexpected(e);
      }
    }
    return copy;
  }

  private String newBranch() {
    return SIPConstants.BRANCH_MAGIC_COOKIE + token();
  }

  /** Returns a response as it came over the wire. */
  static String asReceived(Response response) {
    return ((SIPMessage) response).getApplicationData() instanceof String text
        ? text
        : response.toString();
  }

  /** The text of a Reason header (RFC 3326), fit to be shown; empty when there is none. */
  static Optional<String> reason(Message message) {
    if (message.getHeader(ReasonHeader.NAME) instanceof ReasonHeader reason
        && reason.getText() != null) {
      String text = reason.getText().replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
      return Optional.of(text.substring(0, Math.min(text.length(), LONGEST_REASON)));
    }
    return Optional.empty();
  }

  /** Keeps with a message how it came over the wire. */
  static void keepAsReceived(SIPMessage message, byte[] bytes) {
    message.setApplicationData(new String(bytes, StandardCharsets.UTF_8));
  }

  /** Makes a response; one above 100 gets the tag, unless its request had one. */
  Response response(int status, Request request, String toTag) {
    try {
      Response response = messages.createResponse(status, request);
      ToHeader to = (ToHeader) response.getHeader(ToHeader.NAME);
      if (status > Response.TRYING && to.getTag() == null) {
        to.setTag(toTag);
      }
      response.setHeader(header("Server", product()));
      if (status == Response.METHOD_NOT_ALLOWED || status == Response.OK) {
        add(response, "Allow", ALLOWED);
        if (takesMessages.getAsBoolean()) {
          response.addHeader(header("Allow", Request.MESSAGE));
        }
      }
      return response;
    } catch (ParseException e) {
      throw unexpected(e);
    }
  }

  /** A Via of the flow of the moment, with a new branch. */
  ViaHeader via() {
    InetSocketAddress local = flow.get().local();
    try {
      ViaHeader via =
          headers.createViaHeader(
              IpText.bracketed(local.getAddress()),
              local.getPort(),
              FlowProcessor.TRANSPORT,
              newBranch());
      via.setParameter(Via.RPORT, null);
      return via;
    } catch (ParseException | InvalidArgumentException e) {
      throw unexpected(e);
    }
  }

  /** The URI at which the flow of the moment is reached. */
  String contactUri() {
    return "sip:"
        + aor.user()
        + "@"
        + IpText.of(flow.get().local())
        + ";transport="
        + FlowProcessor.TRANSPORT;
  }

  /** A Contact for dialogs: {@code ob} asks the server to keep them on this flow (RFC 5626 4.3). */
  ContactHeader dialogContact() {
    return contact(contactUri() + ";ob");
  }

  ContactHeader contact(String uri) {
    try {
      return headers.createContactHeader(addresses.createAddress(addresses.createURI(uri)));
    } catch (ParseException e) {
      throw unexpected(e);
    }
  }

  Header header(String name, String value) {
    try {
      return headers.createHeader(name, value);
    } catch (ParseException e) {
      throw unexpected(e);
    }
  }

  /** Adds a header that holds a list. */
  void add(Message message, String name, List<String> values) {
    values.forEach(value -> message.addHeader(header(name, value)));
  }

  /** A Warning with a text for people (RFC 3261 section 20.43). */
  Header warning(String text) {
    return header(
        "Warning",
        WARNING_MISCELLANEOUS + " " + PRODUCT + " \"" + text.replaceAll("[\"\\\\]", "'") + "\"");
  }

  /** A Reason with a text for people (RFC 3326): for want of a path this side is not available. */
  Header reason(String text) {
    return header("Reason", "SIP;cause=480;text=\"" + text.replaceAll("[\"\\\\]", "'") + "\"");
  }

  void setBody(Message message, String contentType, String body) {
    String[] type = contentType.split("/", 2);
    try {
      message.setContent(body, headers.createContentTypeHeader(type[0], type[1]));
    } catch (ParseException e) {
      throw unexpected(e);
    }
  }

  private Address address(String name) throws ParseException {
    URI uri = addresses.createURI(name);
    return addresses.createAddress(uri);
  }

  private static String product() {
    String version = Messages.class.getPackage().getImplementationVersion();
    return version == null ? PRODUCT : PRODUCT + "/" + version;
  }

  /** All parts are checked before they come here, so that none can fail to parse. */
  private static IllegalStateException unexpected(Exception e) {
    return new IllegalStateException("a header of our own making is malformed", e);
  }
}
