package org.m2mx.sipcontainer.transport;

import gov.nist.core.Host;
import gov.nist.core.HostPort;
import gov.nist.core.NameValue;
import gov.nist.javax.sip.address.AddressImpl;
import gov.nist.javax.sip.address.SipUri;
import gov.nist.javax.sip.header.AddressParametersHeader;
import gov.nist.javax.sip.header.CSeq;
import gov.nist.javax.sip.header.CallID;
import gov.nist.javax.sip.header.Contact;
import gov.nist.javax.sip.header.ContactList;
import gov.nist.javax.sip.header.ContentLength;
import gov.nist.javax.sip.header.ContentType;
import gov.nist.javax.sip.header.Expires;
import gov.nist.javax.sip.header.From;
import gov.nist.javax.sip.header.MaxForwards;
import gov.nist.javax.sip.header.RecordRoute;
import gov.nist.javax.sip.header.RecordRouteList;
import gov.nist.javax.sip.header.RequestLine;
import gov.nist.javax.sip.header.Route;
import gov.nist.javax.sip.header.RouteList;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.header.SIPHeaderList;
import gov.nist.javax.sip.header.StatusLine;
import gov.nist.javax.sip.header.To;
import gov.nist.javax.sip.header.Via;
import gov.nist.javax.sip.header.ViaList;
import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.message.SIPRequest;
import gov.nist.javax.sip.message.SIPResponse;
import gov.nist.javax.sip.parser.ParseExceptionListener;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.text.ParseException;
import java.util.Locale;
import java.util.function.Supplier;
import javax.sip.InvalidArgumentException;
import org.m2mx.sipcontainer.transport.LineReader.Kind;

/**
 * The stack's parser, but for the first line and the headers that every message has. Where those
 * are written in the plainest way, as nearly always, they are read here in one pass; the stack's
 * lexer cuts a line to pieces several times over, and made a third of all garbage. Whatever else
 * there is goes the stack's way. Both make the same of a line.
 */
final class PlainParser extends StringMsgParser {
  private static final String VERSION = "SIP/2.0";
  private static final int STATUS_DIGITS = 3;

  @Override
  protected SIPMessage processFirstLine(
      String line, ParseExceptionListener listener, byte[] message) throws ParseException {
    SIPMessage begun = line.startsWith(VERSION) ? response(line) : request(line);
    return begun == null ? super.processFirstLine(line, listener, message) : begun;
  }

  static SIPMessage request(String line) {
    LineReader reader = new LineReader(line, 0);
    String method = reader.word(Kind.TOKEN);
    reader.expect(" ");
    SipUri uri = uri(reader);
    reader.expect(" " + VERSION);
    if (!reader.isDone()) {
      return null;
    }
    RequestLine requestLine = new RequestLine(uri, method);
    requestLine.setSipVersion(VERSION);
    SIPRequest request = new SIPRequest();
    request.setRequestLine(requestLine);
    return request;
  }

  static SIPMessage response(String line) {
    LineReader reader = new LineReader(line, VERSION.length());
    reader.expect(" ");
    int start = reader.position();
    int status = reader.number();
    boolean complete = reader.position() - start == STATUS_DIGITS;
    reader.expect(" ");
    if (!complete || !reader.isGood()) {
      return null;
    }
    StatusLine statusLine = new StatusLine();
    statusLine.setSipVersion(VERSION);
    statusLine.setStatusCode(status);
    statusLine.setReasonPhrase(reader.rest().trim());
    SIPResponse response = new SIPResponse();
    response.setStatusLine(statusLine);
    return response;
  }

  @Override
  protected void processHeader(
      String line, SIPMessage message, ParseExceptionListener listener, byte[] bytes)
      throws ParseException {
    SIPHeader plain = header(line);
    if (plain == null) {
      super.processHeader(line, message, listener, bytes);
    } else {
      message.attachHeader(plain, false);
    }
  }

  /** A header; null when it is none of those or not written plainly. */
  static SIPHeader header(String line) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      return null;
    }
    LineReader reader = new LineReader(line, colon + 1);
    reader.skipBlanks();
    try {
      SIPHeader header =
          switch (line.substring(0, colon)) {
            case "Via", "v" -> list(new ViaList(), () -> via(reader), reader);
            case "From", "f" -> address(reader, new From());
            case "To", "t" -> address(reader, new To());
            case "Contact", "m" ->
                list(new ContactList(), () -> address(reader, new Contact()), reader);
            case "Route" -> list(new RouteList(), () -> address(reader, new Route()), reader);
            case "Record-Route" ->
                list(new RecordRouteList(), () -> address(reader, new RecordRoute()), reader);
            case "Call-ID", "i" -> callId(reader);
            case "CSeq" -> cseq(reader);
            case "Max-Forwards" -> maxForwards(reader);
            case "Expires" -> expires(reader);
            case "Content-Length", "l" -> contentLength(reader);
            case "Content-Type", "c" -> contentType(reader);
            default -> null;
          };
      return reader.isDone() ? header : null;
    } catch (ParseException | InvalidArgumentException outOfRange) {
      // The stack's own way says what is wrong with it.
      return null;
    }
  }

  private static <H extends SIPHeader> SIPHeaderList<H> list(
      SIPHeaderList<H> list, Supplier<H> values, LineReader reader) {
    do {
      reader.skipBlanks();
      H value = values.get();
      if (value == null) {
        return null;
      }
      list.add(value);
    } while (reader.accepts(','));
    return list;
  }

  private static Via via(LineReader reader) {
    reader.expect(VERSION + '/');
    String transport = reader.word(Kind.TOKEN);
    reader.expect(" ");
    HostPort sentBy = hostPort(reader);
    if (!reader.isGood()) {
      return null;
    }
    Via via = new Via();
    via.getSentProtocol().setTransport(transport);
    via.setSentBy(sentBy);
    while (reader.accepts(';')) {
      String name = reader.word(Kind.TOKEN).toLowerCase(Locale.ROOT);
      String value = null;
      if (reader.accepts('=')) {
        value = reader.word(name.equals(Via.RECEIVED) ? Kind.ADDRESS : Kind.TOKEN);
      } else if (name.equals(Via.BRANCH)) {
        return null;
      }
      via.setParameter(new NameValue(name, value));
    }
    return via;
  }

  private static <H extends AddressParametersHeader> H address(LineReader reader, H header) {
    reader.expect("<");
    SipUri uri = uri(reader);
    reader.expect(">");
    if (!reader.isGood()) {
      return null;
    }
    AddressImpl address = new AddressImpl();
    address.setAddressType(AddressImpl.NAME_ADDR);
    address.setURI(uri);
    header.setAddress(address);
    while (reader.accepts(';')) {
      header.setParameter(parameter(reader, Kind.TOKEN));
    }
    return header;
  }

  private static NameValue parameter(LineReader reader, Kind kind) {
    String name = reader.word(kind);
    return reader.accepts('=')
        ? new NameValue(name, reader.word(kind), false)
        : new NameValue(name, "", true);
  }

  private static SipUri uri(LineReader reader) {
    SipUri uri = new SipUri();
    if (reader.accepts("sips:")) {
      uri.setScheme("sips");
    } else {
      reader.expect("sip:");
    }
    int start = reader.position();
    if (reader.accepts('[')) {
      reader.back(start);
    } else {
      String user = reader.word(Kind.USER);
      if (reader.accepts('@')) {
        uri.setUser(user);
      } else if (reader.isGood()) {
        reader.back(start);
      }
    }
    HostPort hostPort = hostPort(reader);
    if (!reader.isGood()) {
      return null;
    }
    uri.setHostPort(hostPort);
    while (reader.accepts(';')) {
      uri.setUriParameter(parameter(reader, Kind.URI_PARAMETER));
    }
    return uri;
  }

  private static HostPort hostPort(LineReader reader) {
    String host;
    if (reader.accepts('[')) {
      host = '[' + reader.word(Kind.ADDRESS) + ']';
      reader.expect("]");
    } else {
      host = reader.word(Kind.HOST);
    }
    HostPort hostPort = new HostPort();
    hostPort.setHost(new Host(host));
    if (reader.accepts(':')) {
      hostPort.setPort(reader.number());
    }
    return hostPort;
  }

  private static CallID callId(LineReader reader) throws ParseException {
    String id = reader.rest().trim();
    if (id.isEmpty()) {
      return null;
    }
    CallID callId = new CallID();
    callId.setCallId(id);
    return callId;
  }

  private static CSeq cseq(LineReader reader) throws ParseException, InvalidArgumentException {
    int number = reader.number();
    reader.expect(" ");
    CSeq cseq = new CSeq();
    cseq.setSeqNumber(number);
    // The stack compares methods by their identity in places.
    cseq.setMethod(SIPRequest.getCannonicalName(reader.word(Kind.TOKEN)).intern());
    return cseq;
  }

  private static MaxForwards maxForwards(LineReader reader) throws InvalidArgumentException {
    MaxForwards maxForwards = new MaxForwards();
    maxForwards.setMaxForwards(reader.number());
    return maxForwards;
  }

  private static Expires expires(LineReader reader) throws InvalidArgumentException {
    Expires expires = new Expires();
    expires.setExpires(reader.number());
    return expires;
  }

  private static ContentLength contentLength(LineReader reader) throws InvalidArgumentException {
    ContentLength contentLength = new ContentLength();
    contentLength.setContentLength(reader.number());
    return contentLength;
  }

  private static ContentType contentType(LineReader reader) {
    String type = reader.word(Kind.TOKEN);
    reader.expect("/");
    ContentType contentType = new ContentType();
    contentType.setContentType(type, reader.word(Kind.TOKEN));
    return contentType;
  }
}
