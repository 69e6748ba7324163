package org.m2mx.sipcontainer.deployment;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.HandlesTypes;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import javax.servlet.sip.annotation.SipApplication;
import javax.servlet.sip.annotation.SipListener;
import javax.servlet.sip.annotation.SipServlet;
import org.m2mx.sipcontainer.descriptor.SipDescriptor;
import org.m2mx.sipcontainer.descriptor.SipXml;
import org.m2mx.sipcontainer.descriptor.SipXmlException;
import org.m2mx.sipcontainer.http.ConvergedFilter;
import org.m2mx.sipcontainer.http.HttpSessions;

/**
 * Finds out whether a web application is a SIP application: it has {@code WEB-INF/sip.xml} or a
 * class with one of the annotations. Others are left alone.
 */
@HandlesTypes({SipServlet.class, SipListener.class, SipApplication.class})
public final class SipContainerInitializer implements ServletContainerInitializer {
  private static final String DESCRIPTOR = "/WEB-INF/sip.xml";

  @Override
  public void onStartup(Set<Class<?>> found, ServletContext context) throws ServletException {
    Set<Class<?>> annotated = annotated(found);
    try (InputStream document = context.getResourceAsStream(DESCRIPTOR)) {
      if (document == null && annotated.isEmpty()) {
        return;
      }
      SipXml xml =
          document == null
              ? SipXml.ABSENT
              : SipXml.read(context.getContextPath() + DESCRIPTOR, document);
      SipDescriptor descriptor = SipDescriptor.merge(xml, annotated, fallbackName(context));
      descriptor.contextParameters().forEach(context::setInitParameter);
      HttpSessions httpSessions = new HttpSessions();
      context.addListener(httpSessions);
      context.addListener(new SipDeployment(descriptor, httpSessions));
      converge(context, httpSessions);
    } catch (SipXmlException e) {
      throw new ServletException("SIP application not deployed: " + e.getMessage(), e);
    } catch (IOException e) {
      throw new ServletException("sip.xml cannot be read: " + e.getMessage(), e);
    }
  }

  /** The first filter of all, so that every other one and every servlet sees converged sessions. */
  private static void converge(ServletContext context, HttpSessions httpSessions) {
    FilterRegistration.Dynamic filter =
        context.addFilter(ConvergedFilter.class.getName(), new ConvergedFilter(httpSessions));
    filter.setAsyncSupported(true);
    filter.addMappingForUrlPatterns(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR),
        false,
        "/*");
  }

  private static Set<Class<?>> annotated(Set<Class<?>> found) {
    return found == null
        ? Set.of()
        : found.stream()
            .filter(
                type ->
                    type.isAnnotationPresent(SipServlet.class)
                        || type.isAnnotationPresent(SipListener.class)
                        || type.isAnnotationPresent(SipApplication.class))
            .collect(Collectors.toSet());
  }

  private static String fallbackName(ServletContext context) {
    String path = context.getContextPath();
    return path.isEmpty() ? "ROOT" : path.substring(1).replace('/', '-');
  }
}
