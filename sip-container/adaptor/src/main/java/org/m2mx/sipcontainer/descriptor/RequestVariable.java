package org.m2mx.sipcontainer.descriptor;

import java.util.function.Function;
import javax.servlet.sip.Address;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.TelURL;
import javax.servlet.sip.URI;

/** A variable of the request object model that matching rules look at (JSR 289 section 16.1). */
final class RequestVariable {
  private final String name;
  private final Function<SipServletRequest, String> value;

  private RequestVariable(String name, Function<SipServletRequest, String> value) {
    this.name = name;
    this.value = value;
  }

  static RequestVariable read(Element element) throws SipXmlException {
    String name = element.text();
    Function<SipServletRequest, String> value = resolve(name);
    if (value == null) {
      throw element.error(
          ("unknown variable %s; there are request.method, request.uri, request.from, request.to"
                  + " and request.route, the latter with .uri and .display-name, URIs with .scheme,"
                  + " .user, .host, .port, .tel and .param.NAME")
              .formatted(name));
    }
    return new RequestVariable(name, value);
  }

  String name() {
    return name;
  }

  /** The variable's value; null when the request has none. */
  String of(SipServletRequest request) {
    return value.apply(request);
  }

  private static Function<SipServletRequest, String> resolve(String name) {
    if (name.equals("request.method")) {
      return SipServletRequest::getMethod;
    } else if (isOrUnder(name, "request.uri")) {
      return uri(rest(name, "request.uri"), SipServletRequest::getRequestURI);
    } else if (isOrUnder(name, "request.from")) {
      return address(rest(name, "request.from"), SipServletRequest::getFrom);
    } else if (isOrUnder(name, "request.to")) {
      return address(rest(name, "request.to"), SipServletRequest::getTo);
    } else if (isOrUnder(name, "request.route")) {
      return address(rest(name, "request.route"), SipServletRequest::getPoppedRoute);
    }
    return null;
  }

  private static boolean isOrUnder(String name, String prefix) {
    return name.equals(prefix) || name.startsWith(prefix + ".");
  }

  private static String rest(String name, String prefix) {
    return name.equals(prefix) ? "" : name.substring(prefix.length() + 1);
  }

  private static Function<SipServletRequest, String> address(
      String part, Function<SipServletRequest, Address> source) {
    if (part.isEmpty()) {
      return request -> map(source.apply(request), Address::toString);
    } else if (part.equals("display-name")) {
      return request -> map(source.apply(request), Address::getDisplayName);
    } else if (isOrUnder(part, "uri")) {
      return uri(rest(part, "uri"), request -> map(source.apply(request), Address::getURI));
    }
    return null;
  }

  private static Function<SipServletRequest, String> uri(
      String part, Function<SipServletRequest, URI> source) {
    Function<URI, String> reader = uriPart(part);
    return reader == null ? null : request -> map(source.apply(request), reader);
  }

  private static Function<URI, String> uriPart(String part) {
    if (part.startsWith("param.")) {
      String parameter = part.substring("param.".length());
      return uri -> uri.getParameter(parameter);
    }
    return switch (part) {
      case "" -> URI::toString;
      case "scheme" -> URI::getScheme;
      case "user" -> uri -> uri instanceof SipURI sip ? sip.getUser() : null;
      case "host" -> uri -> uri instanceof SipURI sip ? sip.getHost() : null;
      case "port" -> uri -> uri instanceof SipURI sip ? port(sip) : null;
      case "tel" -> RequestVariable::telephone;
      default -> null;
    };
  }

  private static String port(SipURI uri) {
    if (uri.getPort() >= 0) {
      return Integer.toString(uri.getPort());
    }
    return uri.isSecure() || "tls".equalsIgnoreCase(uri.getTransportParam()) ? "5061" : "5060";
  }

  private static String telephone(URI uri) {
    if (uri instanceof TelURL tel) {
      return tel.getPhoneNumber();
    }
    return uri instanceof SipURI sip && "phone".equals(sip.getUserParam()) ? sip.getUser() : null;
  }

  private static <A, B> B map(A value, Function<A, B> function) {
    return value == null ? null : function.apply(value);
  }
}
