package org.m2mx.sipcontainer.descriptor;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What sip.xml says of security (JSR 289 section 17).
 *
 * @param constraints in their order
 * @param login {@code <login-config>}; there is one where a constraint names a role
 */
public record Security(List<SecurityConstraint> constraints, Optional<Login> login) {
  /** How callers say who they are. */
  public sealed interface Login {
    /** By a digest proof of their password, in this realm. */
    record Digest(String realm) implements Login {}

    /** By the certificate of their connection. */
    record ClientCertificate() implements Login {}
  }

  /** An application that anybody may use. */
  public static final Security NONE = new Security(List.of(), Optional.empty());

  private static final Set<String> OF_A_CONSTRAINT =
      Set.of(
          "display-name",
          "resource-collection",
          "proxy-authentication",
          "auth-constraint",
          "user-data-constraint");

  /** Copies the list. */
  public Security {
    constraints = List.copyOf(constraints);
  }

  /** Whether a constraint names roles, so that callers have to say who they are. */
  public boolean asksWhoCalls() {
    return constraints.stream().anyMatch(c -> c.roles().filter(r -> !r.isEmpty()).isPresent());
  }

  /** Every servlet that a constraint names. */
  Set<String> servlets() {
    return constraints.stream()
        .flatMap(constraint -> constraint.resources().stream())
        .flatMap(resources -> resources.servlets().stream())
        .collect(Collectors.toSet());
  }

  static Security read(Element root) throws SipXmlException {
    Set<String> roles = declaredRoles(root);
    Optional<Element> config = root.child("login-config");
    Optional<Login> login =
        config.isPresent() ? Optional.of(login(config.get())) : Optional.empty();
    List<SecurityConstraint> constraints = new ArrayList<>();
    for (Element element : root.children("security-constraint")) {
      constraints.add(constraint(element, roles, login));
    }
    return new Security(constraints, login);
  }

  /** The roles there are. */
  static Set<String> declaredRoles(Element root) throws SipXmlException {
    Set<String> roles = new LinkedHashSet<>();
    for (Element role : root.children("security-role")) {
      roles.add(role.required("role-name").text());
    }
    return roles;
  }

  /** Refuses a role that is not among those there are. */
  static void checkDeclared(String role, Set<String> declared, Element where)
      throws SipXmlException {
    if (!declared.contains(role)) {
      throw where.error(
          "the role %s is not declared; add a <security-role> of that name".formatted(role));
    }
  }

  private static Login login(Element config) throws SipXmlException {
    Optional<Element> assertion = config.child("identity-assertion");
    if (assertion.isPresent()) {
      throw assertion.get().error("<identity-assertion> is not supported");
    }
    Element method = config.required("auth-method");
    return switch (method.text()) {
      case "DIGEST" -> new Login.Digest(config.required("realm-name").text());
      case "CLIENT-CERT" -> new Login.ClientCertificate();
      default ->
          throw method.error(
              "<auth-method>%s</auth-method> is not supported, only DIGEST and CLIENT-CERT; RFC 3261 forbids BASIC"
                  .formatted(method.text()));
    };
  }

  private static SecurityConstraint constraint(
      Element element, Set<String> declared, Optional<Login> login) throws SipXmlException {
    for (Element child : element.children()) {
      if (!OF_A_CONSTRAINT.contains(child.name())) {
        throw child.error("<%s> is no part of a <security-constraint>".formatted(child.name()));
      }
    }
    element.required("resource-collection");
    List<SecurityConstraint.Resources> resources = new ArrayList<>();
    for (Element collection : element.children("resource-collection")) {
      resources.add(
          new SecurityConstraint.Resources(
              texts(collection, "servlet-name"), texts(collection, "sip-method")));
    }
    Optional<Element> authorised = element.child("auth-constraint");
    Optional<Set<String>> roles =
        authorised.isPresent()
            ? Optional.of(roles(authorised.get(), declared, login))
            : Optional.empty();
    Optional<Element> asProxy = element.child("proxy-authentication");
    if (asProxy.isPresent()
        && login.filter(Login.ClientCertificate.class::isInstance).isPresent()) {
      throw asProxy
          .get()
          .error("<proxy-authentication> is for DIGEST; for a certificate nobody asks");
    }
    return new SecurityConstraint(resources, asProxy.isPresent(), roles, confidential(element));
  }

  private static Set<String> roles(Element authorised, Set<String> declared, Optional<Login> login)
      throws SipXmlException {
    Set<String> roles = texts(authorised, "role-name");
    if (roles.remove("*")) {
      roles.addAll(declared);
    }
    for (String role : roles) {
      checkDeclared(role, declared, authorised);
    }
    if (!roles.isEmpty() && login.isEmpty()) {
      throw authorised.error(
          "an <auth-constraint> with roles needs a <login-config> with <auth-method>DIGEST</auth-method> and a <realm-name>, or with CLIENT-CERT");
    }
    return roles;
  }

  private static boolean confidential(Element constraint) throws SipXmlException {
    Optional<Element> data = constraint.child("user-data-constraint");
    if (data.isEmpty()) {
      return false;
    }
    Element guarantee = data.get().required("transport-guarantee");
    return switch (guarantee.text()) {
      case "NONE" -> false;
      case "INTEGRAL", "CONFIDENTIAL" -> true;
      default ->
          throw guarantee.error(
              "<transport-guarantee> is %s, expected NONE, INTEGRAL or CONFIDENTIAL"
                  .formatted(guarantee.text()));
    };
  }

  private static Set<String> texts(Element parent, String name) throws SipXmlException {
    Set<String> texts = new LinkedHashSet<>();
    for (Element child : parent.children(name)) {
      texts.add(child.text());
    }
    return texts;
  }
}
