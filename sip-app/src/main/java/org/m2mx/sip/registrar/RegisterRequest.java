package org.m2mx.sip.registrar;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.servlet.sip.Address;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.Registration;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * What a REGISTER asks for, read from its headers (RFC 3261 section 10.3 steps 6 and 7, RFC 5626
 * section 6).
 *
 * @param registration the bindings to be made, renewed or removed one by one
 * @param removesAll whether it is a {@code Contact: *}
 */
record RegisterRequest(Registration registration, boolean removesAll) {
  private static final Pattern SECONDS = Pattern.compile("\\d{1,18}");
  private static final Pattern REG_ID = Pattern.compile("\\d{1,10}");
  private static final Pattern Q = Pattern.compile("0(\\.\\d{0,3})?|1(\\.0{0,3})?");
  private static final Pattern BRACKETS = Pattern.compile("^\"?<?|>?\"?$");
  private static final Pattern BLANK = Pattern.compile("\\s+");

  /**
   * Reads a request.
   *
   * @param aor whose it is
   * @param policy how long bindings may live
   * @throws ServletParseException if a header is malformed
   * @throws IllegalArgumentException if the headers contradict each other or a value is out of its
   *     range; the message is fit for the sender
   * @throws ForbiddenContactException if a contact is a name that is looked up here
   * @throws IntervalTooBriefException if a contact wants a shorter life than the policy grants
   */
  static RegisterRequest of(SipServletRequest request, Aor aor, ExpiryPolicy policy)
      throws ServletParseException, IntervalTooBriefException, ForbiddenContactException {
    List<Address> contacts = new ArrayList<>();
    request.getAddressHeaders("Contact").forEachRemaining(contacts::add);
    Long requestExpires = seconds(request.getHeader("Expires"));
    boolean wildcard = contacts.stream().anyMatch(RegisterRequest::isWildcard);
    if (wildcard
        && (contacts.size() > 1
            || !contacts.get(0).isWildcard()
            || requestExpires == null
            || requestExpires != 0)) {
      throw new IllegalArgumentException(
          "Contact: * stands alone and needs Expires: 0 (RFC 3261 section 10.2.2)");
    }
    List<Registration.Contact> read = new ArrayList<>();
    if (!wildcard) {
      boolean outbound = Answers.optionTags(request, "Supported").contains("outbound");
      for (Address contact : contacts) {
        read.add(contact(contact, aor, outbound, requestExpires, policy));
      }
      refuseSeveralFlows(read);
    }
    return new RegisterRequest(
        new Registration(request.getCallId(), cseq(request), connection(request), read), wildcard);
  }

  /** The SIP stack takes the star of {@code *, <sip:…>} for part of the name of what follows. */
  private static boolean isWildcard(Address contact) {
    String name = contact.getDisplayName();
    return contact.isWildcard() || name != null && name.strip().startsWith("*,");
  }

  private static Registration.Contact contact(
      Address contact, Aor aor, boolean outbound, Long requestExpires, ExpiryPolicy policy)
      throws IntervalTooBriefException, ForbiddenContactException {
    if (!(contact.getURI() instanceof SipURI uri)) {
      throw new IllegalArgumentException("a contact must be a sip: or sips: URI");
    }
    if (isNameOf(aor, uri)) {
      throw new ForbiddenContactException();
    }
    Long wished = seconds(contact.getParameter("expires"));
    String instance = contact.getParameter("+sip.instance");
    String regId = contact.getParameter("reg-id");
    return new Registration.Contact(
        contact.getURI().toString(),
        ContactUri.normalise(contact.getURI()),
        instance == null ? null : BRACKETS.matcher(instance).replaceAll(""),
        // RFC 5626 sections 4.2 and 6: without an instance-id, or support, it is passed over.
        !outbound || instance == null || regId == null ? null : regId(regId),
        thousandths(contact.getParameter("q")),
        Duration.ofSeconds(policy.grant(wished == null ? requestExpires : wished)));
  }

  /** RFC 5626 section 6: a REGISTER comes over one flow, so it cannot bind several. */
  private static void refuseSeveralFlows(List<Registration.Contact> contacts) {
    List<Registration.Contact> bound =
        contacts.stream().filter(contact -> !contact.expires().isZero()).toList();
    if (bound.size() > 1 && bound.stream().anyMatch(contact -> contact.regId() != null)) {
      throw new IllegalArgumentException(
          "a contact with reg-id stands alone: send a REGISTER for each (RFC 5626 section 6)");
    }
  }

  /** The AOR itself, or a GRUU of the same domain. */
  private static boolean isNameOf(Aor aor, SipURI uri) {
    return aor.domain().equalsIgnoreCase(uri.getHost())
        && uri.getPort() < 0
        && (uri.getParameter("gr") != null || aor.user().equals(uri.getUser()));
  }

  private static Registration.Connection connection(SipServletRequest request)
      throws ServletParseException {
    Flow flow = Flow.of(request);
    return new Registration.Connection(
        flow.token(),
        flow.transport().toString(),
        hostPort(request.getRemoteAddr(), request.getRemotePort()),
        request.getHeader("User-Agent"),
        Paths.of(request));
  }

  private static String hostPort(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static long cseq(SipServletRequest request) {
    return Long.parseLong(BLANK.split(request.getHeader("CSeq").strip())[0]);
  }

  /** RFC 3261 section 20.19: what is no number of seconds counts as not said. */
  private static Long seconds(String value) {
    if (value == null || !SECONDS.matcher(value.strip()).matches()) {
      return null;
    }
    return Long.valueOf(value.strip());
  }

  /** RFC 5626 section 4.2. */
  private static int regId(String value) {
    long number = REG_ID.matcher(value).matches() ? Long.parseLong(value) : 0;
    if (number < 1 || number > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("reg-id must be a whole number, 1 to 2147483647");
    }
    return (int) number;
  }

  private static Integer thousandths(String q) {
    if (q == null) {
      return null;
    }
    if (!Q.matcher(q).matches()) {
      throw new IllegalArgumentException("q must be 0 to 1 with at most three decimals");
    }
    return (int) Math.round(Double.parseDouble(q) * 1000);
  }
}
