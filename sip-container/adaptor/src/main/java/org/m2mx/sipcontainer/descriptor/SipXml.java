package org.m2mx.sipcontainer.descriptor;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A {@code WEB-INF/sip.xml} (JSR 289 section 19).
 *
 * @param applicationName of {@code <app-name>}
 * @param mainServlet of {@code <main-servlet>}
 * @param mappings of {@code <servlet-mapping>}, in their order
 * @param servlets of {@code <servlet>}
 * @param listeners class names of {@code <listener>}
 * @param contextParameters of {@code <context-param>}
 * @param sessionTimeout of {@code <session-timeout>} in minutes; 0 or less means never
 * @param proxyTimeout of {@code <proxy-timeout>} in seconds
 * @param security of {@code <security-constraint>} and {@code <login-config>}
 */
public record SipXml(
    Optional<String> applicationName,
    Optional<String> mainServlet,
    List<ServletMapping> mappings,
    List<ServletDefinition> servlets,
    List<String> listeners,
    Map<String, String> contextParameters,
    OptionalInt sessionTimeout,
    OptionalInt proxyTimeout,
    Security security) {

  /** An application that has no sip.xml. */
  public static final SipXml ABSENT =
      new SipXml(
          Optional.empty(),
          Optional.empty(),
          List.of(),
          List.of(),
          List.of(),
          Map.of(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Security.NONE);

  private static final Set<String> UNDERSTOOD =
      Set.of(
          "app-name",
          "context-param",
          "listener",
          "login-config",
          "proxy-config",
          "security-constraint",
          "security-role",
          "servlet",
          "servlet-selection",
          "session-config");
  private static final Set<String> OF_NO_EFFECT =
      Set.of("description", "display-name", "distributable", "icon");

  /** Copies the collections. */
  public SipXml {
    mappings = List.copyOf(mappings);
    servlets = List.copyOf(servlets);
    listeners = List.copyOf(listeners);
    contextParameters = Map.copyOf(contextParameters);
  }

  /**
   * Reads a sip.xml.
   *
   * @param file its name for messages
   * @param document its content
   * @throws SipXmlException when it is malformed, contradicts itself or holds something this
   *     container would have to ignore
   */
  public static SipXml read(String file, InputStream document) throws SipXmlException {
    Element root = Element.read(file, document);
    if (!root.name().equals("sip-app")) {
      throw root.error("the root element is <%s>, expected <sip-app>".formatted(root.name()));
    }
    for (Element child : root.children()) {
      if (!UNDERSTOOD.contains(child.name()) && !OF_NO_EFFECT.contains(child.name())) {
        throw child.error("<%s> is not supported in a <sip-app> here".formatted(child.name()));
      }
    }
    List<ServletDefinition> servlets = servlets(root);
    Optional<Element> selection = root.child("servlet-selection");
    List<ServletMapping> mappings = new ArrayList<>();
    for (Element mapping : selectionElements(selection, "servlet-mapping")) {
      mappings.add(mapping(mapping));
    }
    Optional<Element> main = selectionElements(selection, "main-servlet").stream().findFirst();
    if (main.isPresent() && !mappings.isEmpty()) {
      throw main.get().error("<main-servlet> and <servlet-mapping> exclude each other");
    }
    List<String> listeners = new ArrayList<>();
    for (Element listener : root.children("listener")) {
      listeners.add(listener.required("listener-class").text());
    }
    return new SipXml(
        text(root.child("app-name")),
        text(main),
        mappings,
        servlets,
        listeners,
        parameters(root.children("context-param")),
        number(root.child("session-config").flatMap(e -> e.child("session-timeout"))),
        number(root.child("proxy-config").flatMap(e -> e.child("proxy-timeout"))),
        Security.read(root));
  }

  private static List<Element> selectionElements(Optional<Element> selection, String name) {
    return selection.map(element -> element.children(name)).orElse(List.of());
  }

  private static List<ServletDefinition> servlets(Element root) throws SipXmlException {
    Map<String, ServletDefinition> servlets = new LinkedHashMap<>();
    Set<String> roles = Security.declaredRoles(root);
    for (Element element : root.children("servlet")) {
      OptionalInt order = number(element.child("load-on-startup"));
      ServletDefinition servlet =
          new ServletDefinition(
              element.required("servlet-name").text(),
              element.required("servlet-class").text(),
              parameters(element.children("init-param")),
              order.orElse(-1),
              roleLinks(element),
              runAs(element, roles));
      if (servlets.put(servlet.name(), servlet) != null) {
        throw element.error("a second servlet of the name " + servlet.name());
      }
    }
    return List.copyOf(servlets.values());
  }

  private static Optional<String> runAs(Element servlet, Set<String> roles) throws SipXmlException {
    Optional<Element> runAs = servlet.child("run-as");
    if (runAs.isEmpty()) {
      return Optional.empty();
    }
    Element role = runAs.get().required("role-name");
    Security.checkDeclared(role.text(), roles, role);
    return Optional.of(role.text());
  }

  private static Map<String, String> roleLinks(Element servlet) throws SipXmlException {
    Map<String, String> links = new LinkedHashMap<>();
    for (Element reference : servlet.children("security-role-ref")) {
      String name = reference.required("role-name").text();
      links.put(name, text(reference.child("role-link")).orElse(name));
    }
    return links;
  }

  private static ServletMapping mapping(Element element) throws SipXmlException {
    return new ServletMapping(
        element.required("servlet-name").text(), Rules.read(element.required("pattern").only()));
  }

  private static Map<String, String> parameters(List<Element> elements) throws SipXmlException {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (Element element : elements) {
      parameters.put(element.required("param-name").text(), element.required("param-value").text());
    }
    return parameters;
  }

  private static Optional<String> text(Optional<Element> element) throws SipXmlException {
    return element.isEmpty() ? Optional.empty() : Optional.of(element.get().text());
  }

  private static OptionalInt number(Optional<Element> element) throws SipXmlException {
    return element.isEmpty() ? OptionalInt.empty() : OptionalInt.of(element.get().number());
  }
}
