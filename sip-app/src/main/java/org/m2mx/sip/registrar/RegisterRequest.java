package org.m2mx.sip.registrar;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.servlet.sip.Address;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import org.m2mx.registry.binding.Registration;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * What a REGISTER asks for, read from its headers (RFC 3261 section 10.3 steps 6 and 7, RFC 5626
 * section 6).
 *
 * @param registration the bindings to be made, renewed or removed one by one
 * @param removesAll whether it is a {@code Contact: *}
 */
record RegisterRequest(Registration registration, boolean removesAll) {

  /**
   * Reads a request.
   *
   * @param policy how long bindings may live
   * @throws ServletParseException if a header is malformed
   * @throws IllegalArgumentException if the headers contradict each other or a value is out of its
   *     range; the message is fit for the sender
   * @throws IntervalTooBriefException if a contact wants a shorter life than the policy grants
   */
  static RegisterRequest of(SipServletRequest request, ExpiryPolicy policy)
      throws ServletParseException, IntervalTooBriefException {
    List<Address> contacts = new ArrayList<>();
    request.getAddressHeaders("Contact").forEachRemaining(contacts::add);
    Long requestExpires = seconds(request.getHeader("Expires"));
    boolean wildcard = contacts.stream().anyMatch(Address::isWildcard);
    if (wildcard && (contacts.size() > 1 || requestExpires == null || requestExpires != 0)) {
      throw new IllegalArgumentException(
          "Contact: * stands alone and needs Expires: 0 (RFC 3261 section 10.2.2)");
    }
    List<Registration.Contact> read = new ArrayList<>();
    if (!wildcard) {
      for (Address contact : contacts) {
        read.add(contact(contact, requestExpires, policy));
      }
    }
    return new RegisterRequest(
        new Registration(request.getCallId(), cseq(request), connection(request), read), wildcard);
  }

  private static Registration.Contact contact(
      Address contact, Long requestExpires, ExpiryPolicy policy) throws IntervalTooBriefException {
    if (!(contact.getURI() instanceof SipURI)) {
      throw new IllegalArgumentException("a contact must be a sip: or sips: URI");
    }
    Long wished = seconds(contact.getParameter("expires"));
    String instance = contact.getParameter("+sip.instance");
    String regId = contact.getParameter("reg-id");
    return new Registration.Contact(
        contact.getURI().toString(),
        ContactUri.normalise(contact.getURI()),
        instance == null ? null : instance.replaceAll("^\"?<?|>?\"?$", ""),
        // RFC 5626 section 6: a reg-id without an instance-id is passed over.
        instance == null || regId == null ? null : positive("reg-id", regId),
        thousandths(contact.getParameter("q")),
        Duration.ofSeconds(policy.grant(wished == null ? requestExpires : wished)));
  }

  private static Registration.Connection connection(SipServletRequest request) {
    Flow flow = Flow.of(request);
    return new Registration.Connection(
        flow.token(),
        flow.transport().toString(),
        hostPort(request.getRemoteAddr(), request.getRemotePort()),
        request.getHeader("User-Agent"));
  }

  private static String hostPort(String host, int port) {
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
  }

  private static long cseq(SipServletRequest request) {
    return Long.parseLong(request.getHeader("CSeq").strip().split("\\s+")[0]);
  }

  /** RFC 3261 section 20.19: what is no number of seconds counts as not said. */
  private static Long seconds(String value) {
    if (value == null || !value.strip().matches("\\d{1,18}")) {
      return null;
    }
    return Long.valueOf(value.strip());
  }

  private static int positive(String what, String value) {
    if (!value.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException(what + " must be a whole number from 1");
    }
    return Integer.parseInt(value);
  }

  private static Integer thousandths(String q) {
    if (q == null) {
      return null;
    }
    if (!q.matches("0(\\.\\d{0,3})?|1(\\.0{0,3})?")) {
      throw new IllegalArgumentException("q must be 0 to 1 with at most three decimals");
    }
    return (int) Math.round(Double.parseDouble(q) * 1000);
  }
}
