package org.m2mx.sipcontainer.descriptor;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.servlet.sip.annotation.SipApplication;
import javax.servlet.sip.annotation.SipListener;
import javax.servlet.sip.annotation.SipServlet;

/**
 * A SIP application as declared by sip.xml and annotations together; where they differ, sip.xml
 * rules (JSR 289 section 18).
 *
 * @param applicationName the application's name
 * @param mainServlet the servlet that gets every initial request; empty when mappings decide
 * @param mappings the mappings, tried in order
 * @param servlets in order of their initialisation
 * @param listeners class names
 * @param contextParameters further parameters of the servlet context
 * @param sessionTimeout of application sessions, in minutes; 0 or less means never
 * @param proxyTimeout of proxies, in seconds
 * @param security who may do what
 */
public record SipDescriptor(
    String applicationName,
    Optional<String> mainServlet,
    List<ServletMapping> mappings,
    List<ServletDefinition> servlets,
    List<String> listeners,
    Map<String, String> contextParameters,
    int sessionTimeout,
    int proxyTimeout,
    Security security) {

  private static final int DEFAULT_SESSION_TIMEOUT = 3;
  private static final int DEFAULT_PROXY_TIMEOUT = 180;

  /**
   * Merges what is declared.
   *
   * @param xml {@link SipXml#ABSENT} when there is none
   * @param annotated classes of the application annotated with {@code @SipServlet},
   *     {@code @SipListener}, or packages' with {@code @SipApplication}
   * @param fallbackName the application's name when none is declared
   * @throws SipXmlException when a servlet is named that does not exist, or none is the one to get
   *     requests
   */
  public static SipDescriptor merge(SipXml xml, Set<Class<?>> annotated, String fallbackName)
      throws SipXmlException {
    Optional<SipApplication> application = application(annotated);
    Map<String, ServletDefinition> servlets = new LinkedHashMap<>();
    Set<String> listeners = new LinkedHashSet<>(xml.listeners());
    for (Class<?> type : annotated) {
      SipServlet servlet = type.getAnnotation(SipServlet.class);
      if (servlet != null) {
        String name = servlet.name().isEmpty() ? type.getSimpleName() : servlet.name();
        servlets.put(
            name,
            new ServletDefinition(
                name,
                type.getName(),
                Map.of(),
                servlet.loadOnStartup(),
                Map.of(),
                Optional.empty()));
      }
      if (type.isAnnotationPresent(SipListener.class)) {
        listeners.add(type.getName());
      }
    }
    xml.servlets().forEach(servlet -> servlets.put(servlet.name(), servlet));
    List<ServletDefinition> ordered =
        servlets.values().stream().sorted(SipDescriptor::byLoadOrder).toList();
    return new SipDescriptor(
        xml.applicationName()
            .or(() -> application.map(SipApplication::name).filter(name -> !name.isEmpty()))
            .or(() -> applicationName(annotated))
            .orElse(fallbackName),
        mainServlet(xml, application, ordered),
        checked(xml.mappings(), servlets),
        ordered,
        List.copyOf(listeners),
        xml.contextParameters(),
        xml.sessionTimeout()
            .orElseGet(
                () ->
                    application
                        .map(SipApplication::sessionTimeout)
                        .orElse(DEFAULT_SESSION_TIMEOUT)),
        xml.proxyTimeout()
            .orElseGet(
                () -> application.map(SipApplication::proxyTimeout).orElse(DEFAULT_PROXY_TIMEOUT)),
        checked(xml.security(), servlets));
  }

  private static Optional<SipApplication> application(Set<Class<?>> annotated) {
    return annotated.stream()
        .flatMap(
            type ->
                java.util.stream.Stream.of(
                    type.getAnnotation(SipApplication.class),
                    type.getPackage().getAnnotation(SipApplication.class)))
        .filter(java.util.Objects::nonNull)
        .findFirst();
  }

  private static Optional<String> applicationName(Set<Class<?>> annotated) {
    return annotated.stream()
        .map(type -> type.getAnnotation(SipServlet.class))
        .filter(servlet -> servlet != null && !servlet.applicationName().isEmpty())
        .map(SipServlet::applicationName)
        .findFirst();
  }

  private static int byLoadOrder(ServletDefinition a, ServletDefinition b) {
    return Integer.compareUnsigned(a.loadOnStartup(), b.loadOnStartup());
  }

  private static Optional<String> mainServlet(
      SipXml xml, Optional<SipApplication> application, List<ServletDefinition> servlets)
      throws SipXmlException {
    if (!xml.mappings().isEmpty()) {
      return Optional.empty();
    }
    Optional<String> declared =
        xml.mainServlet()
            .or(() -> application.map(SipApplication::mainServlet).filter(name -> !name.isEmpty()));
    if (declared.isPresent()) {
      if (servlets.stream().noneMatch(servlet -> servlet.name().equals(declared.get()))) {
        throw new SipXmlException(
            "WEB-INF/sip.xml", 0, "the main servlet %s does not exist".formatted(declared.get()));
      }
      return declared;
    }
    if (servlets.size() > 1) {
      throw new SipXmlException(
          "WEB-INF/sip.xml",
          0,
          "there are %d SIP servlets; name one of them as <main-servlet> or map requests to them"
              .formatted(servlets.size()));
    }
    return servlets.stream().map(ServletDefinition::name).findFirst();
  }

  private static List<ServletMapping> checked(
      List<ServletMapping> mappings, Map<String, ServletDefinition> servlets)
      throws SipXmlException {
    for (ServletMapping mapping : mappings) {
      if (!servlets.containsKey(mapping.servletName())) {
        throw new SipXmlException(
            "WEB-INF/sip.xml",
            0,
            "a mapping names the servlet %s, which does not exist"
                .formatted(mapping.servletName()));
      }
    }
    return mappings;
  }

  private static Security checked(Security security, Map<String, ServletDefinition> servlets)
      throws SipXmlException {
    for (String servlet : security.servlets()) {
      if (!servlets.containsKey(servlet)) {
        throw new SipXmlException(
            "WEB-INF/sip.xml",
            0,
            "a security constraint names the servlet %s, which does not exist".formatted(servlet));
      }
    }
    return security;
  }
}
