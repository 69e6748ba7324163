package org.m2mx.sip.event;

import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.servlet.sip.SipServlet;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import javax.servlet.sip.SipSession;
import org.m2mx.sip.answer.LateAnswers;

/** Takes every SUBSCRIBE to the event package that it names. */
public class SubscribeServlet extends SipServlet {
  private static final long serialVersionUID = 1;
  private static final String NAME = EventPackage.class.getName();

  @Inject private transient Instance<EventPackage> packages;

  @Override
  protected void doSubscribe(SipServletRequest request) throws IOException {
    if (!request.isInitial()) {
      Optional<EventPackage> subscribed = of(request.getSession());
      if (subscribed.isPresent()) {
        subscribed.get().renew(request);
      } else {
        request.createResponse(SipServletResponse.SC_CALL_LEG_DONE).send();
      }
    } else if (!begin(request)) {
      LateAnswers.end(request);
    }
  }

  private boolean begin(SipServletRequest request) throws IOException {
    Optional<EventPackage> wanted = named(request.getHeader("Event"));
    if (wanted.isEmpty()) {
      SipServletResponse response = request.createResponse(SipServletResponse.SC_BAD_EVENT);
      response.setHeader("Allow-Events", names());
      response.send();
      return false;
    }
    request.getSession().setAttribute(NAME, wanted.get().name());
    return wanted.get().begin(request);
  }

  @Override
  protected void doErrorResponse(SipServletResponse response) {
    of(response.getSession()).ifPresent(subscribed -> subscribed.refused(response));
  }

  private Optional<EventPackage> of(SipSession session) {
    return named((String) session.getAttribute(NAME));
  }

  private Optional<EventPackage> named(String event) {
    if (event == null) {
      return Optional.empty();
    }
    String name = event.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return packages.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  private String names() {
    return packages.stream().map(EventPackage::name).sorted().collect(Collectors.joining(", "));
  }
}
