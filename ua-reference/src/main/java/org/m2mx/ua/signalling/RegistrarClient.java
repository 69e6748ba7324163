package org.m2mx.ua.signalling;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.text.ParseException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.ListIterator;
import java.util.Optional;
import javax.sip.address.SipURI;
import javax.sip.header.CallIdHeader;
import javax.sip.header.ContactHeader;
import javax.sip.header.ExpiresHeader;
import javax.sip.header.Header;
import javax.sip.header.MinExpiresHeader;
import javax.sip.header.RequireHeader;
import javax.sip.message.Request;
import javax.sip.message.Response;
import org.m2mx.ua.Aor;
import org.m2mx.ua.RegisteredDevice;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;

/** Registers one device's flow with the registrar (RFC 3261 section 10.2, RFC 5626 section 4.2). */
public final class RegistrarClient {
  private static final System.Logger LOG = System.getLogger(RegistrarClient.class.getName());
  private static final int ANSWER_SECONDS = 35;
  private static final int FAREWELL_SECONDS = 2;
  private static final String INSTANCE = "+sip.instance";

  private final Signalling signalling;
  private final String instanceUrn;
  private final CallIdHeader callId;
  private final String fromTag;

  /**
   * A client that uses one Call-ID for as long as it lives, so that the registrar sees its requests
   * in their order.
   *
   * @param signalling the signalling channel
   * @param instanceUrn the device's instance-id
   */
  public RegistrarClient(Signalling signalling, String instanceUrn) {
    this.signalling = signalling;
    this.instanceUrn = instanceUrn;
    this.callId = signalling.messages().newCallId();
    this.fromTag = signalling.messages().token();
  }

  /**
   * Binds the account's name to the flow of the moment.
   *
   * @param wanted the lifetime to ask for
   * @return what was granted
   * @throws UserAgentException if it was refused or not answered
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public Binding register(Duration wanted) throws UserAgentException, InterruptedException {
    Duration expires = wanted;
    Response response = send(ownContact(), expires, ANSWER_SECONDS);
    if (response.getStatusCode() == Response.INTERVAL_TOO_BRIEF) {
      MinExpiresHeader least = (MinExpiresHeader) response.getHeader(MinExpiresHeader.NAME);
      if (least != null && least.getExpires() > wanted.toSeconds()) {
        expires = Duration.ofSeconds(least.getExpires());
        response = send(ownContact(), expires, ANSWER_SECONDS);
      }
    }
    if (response.getStatusCode() != Response.OK) {
      throw Refusals.registration(signalling.account().aor(), response);
    }
    Binding binding = granted(response, expires);
    removeStale(response);
    return binding;
  }

  /**
   * Asks which bindings the account's name has, and changes none (RFC 3261 section 10.2.3).
   *
   * @return the bindings of all its devices
   * @throws UserAgentException if it was refused or not answered
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public List<RegisteredDevice> query() throws UserAgentException, InterruptedException {
    Response response = exchange(request(), ANSWER_SECONDS);
    if (response.getStatusCode() != Response.OK) {
      throw Refusals.registration(signalling.account().aor(), response);
    }
    return bindings(response).stream()
        .map(
            contact ->
                new RegisteredDevice(
                    contact.getAddress().getURI().toString(),
                    Duration.ofSeconds(Math.max(contact.getExpires(), 0)),
                    isOfThisDevice(contact)))
        .toList();
  }

  /**
   * Takes the binding back, without waiting long for the answer.
   *
   * @throws UserAgentException if it was refused or not answered
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public void unregister() throws UserAgentException, InterruptedException {
    Response response = send(ownContact(), Duration.ZERO, FAREWELL_SECONDS);
    if (response.getStatusCode() != Response.OK) {
      throw Refusals.registration(signalling.account().aor(), response);
    }
  }

  private Response send(ContactHeader contact, Duration expires, int seconds)
      throws UserAgentException, InterruptedException {
    Request request = request();
    request.setHeader(contact);
    request.setHeader(signalling.messages().header("Expires", String.valueOf(expires.toSeconds())));
    return exchange(request, seconds);
  }

  private Request request() {
    Messages messages = signalling.messages();
    Aor aor = signalling.account().aor();
    Request request =
        messages.request(Request.REGISTER, "sip:" + aor.domain(), aor.toString(), callId, fromTag);
    messages.add(request, "Supported", List.of("path", "outbound"));
    return request;
  }

  private Response exchange(Request request, int seconds)
      throws UserAgentException, InterruptedException {
    return Exchange.start(signalling, request, null, provisional -> {}).await(seconds).response();
  }

  private ContactHeader ownContact() {
    ContactHeader contact = signalling.messages().contact(signalling.messages().contactUri());
    try {
      contact.setParameter(INSTANCE, "\"<" + instanceUrn + ">\"");
      contact.setParameter("reg-id", "1");
    } catch (ParseException e) {
      throw new IllegalStateException("the instance-id is malformed", e);
    }
    return contact;
  }

  private Binding granted(Response response, Duration asked) throws UserAgentException {
    ContactHeader own =
        bindings(response).stream()
            .filter(this::isOwn)
            .findFirst()
            .orElseThrow(
                () ->
                    UserAgentException.refusal(
                        Reason.REFUSED,
                        "The server says that "
                            + signalling.account().aor()
                            + " is registered, but not here",
                        "Have the operator look into it",
                        Messages.asReceived(response)));
    int seconds = own.getExpires();
    if (seconds < 0) {
      ExpiresHeader common = response.getExpires();
      seconds = common == null ? (int) asked.toSeconds() : common.getExpires();
    }
    return new Binding(
        own.getAddress().getURI().toString(),
        Duration.ofSeconds(seconds),
        value(response, "Flow-Timer")
            .filter(text -> text.matches("[1-9]\\d{0,5}"))
            .map(text -> Duration.ofSeconds(Integer.parseInt(text))),
        requires(response, "outbound"),
        value(response, "Server"),
        value(response, "Date").flatMap(RegistrarClient::time));
  }

  /** Reads an rfc1123-date (RFC 3261 section 25.1); another is as good as none. */
  private static Optional<Instant> time(String date) {
    try {
      return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date)));
    } catch (DateTimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "The server says it is {0}", date);
      return Optional.empty();
    }
  }

  private static boolean requires(Response response, String extension) {
    ListIterator<?> headers = response.getHeaders(RequireHeader.NAME);
    while (headers != null && headers.hasNext()) {
      if (((RequireHeader) headers.next()).getOptionTag().equalsIgnoreCase(extension)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> value(Response response, String name) {
    Header header = response.getHeader(name);
    return header == null
        ? Optional.empty()
        : Optional.of(header.toString().substring(name.length() + 1).strip());
  }

  private static List<ContactHeader> bindings(Response response) {
    List<ContactHeader> bindings = new ArrayList<>();
    ListIterator<?> headers = response.getHeaders(ContactHeader.NAME);
    while (headers != null && headers.hasNext()) {
      bindings.add((ContactHeader) headers.next());
    }
    return bindings;
  }

  /** Compares addresses rather than text: there are many ways to write an IPv6 address. */
  private boolean isOwn(ContactHeader contact) {
    if (!(contact.getAddress().getURI() instanceof SipURI uri)) {
      return false;
    }
    var local = signalling.localAddress();
    return uri.getPort() == local.getPort()
        && signalling.account().aor().user().equals(uri.getUser())
        && isAddress(uri.getHost(), local.getAddress());
  }

  private static boolean isAddress(String host, InetAddress address) {
    if (!host.startsWith("[") && !host.matches("[0-9.]+|.*:.*")) {
      return false;
    }
    try {
      return InetAddress.getByName(host).equals(address);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private boolean isOfThisDevice(ContactHeader contact) {
    String instance = contact.getParameter(INSTANCE);
    return instance != null && instance.contains(instanceUrn);
  }

  /**
   * Takes back bindings of this same device that point to where it is no longer: a registrar
   * without RFC 5626 does not know that the new one replaces them.
   */
  private void removeStale(Response response) throws InterruptedException {
    for (ContactHeader contact : bindings(response)) {
      if (!isOfThisDevice(contact) || isOwn(contact)) {
        continue;
      }
      try {
        ContactHeader stale =
            signalling.messages().contact(contact.getAddress().getURI().toString());
        send(stale, Duration.ZERO, ANSWER_SECONDS);
      } catch (UserAgentException e) {
        // The new binding holds, which is what matters; the old one lapses by itself.
        LOG.log(System.Logger.Level.INFO, "An old binding stays: {0}", e.getMessage());
      }
    }
  }
}
