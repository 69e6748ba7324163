package org.m2mx.sip.registrar;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.servlet.sip.ServletParseException;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipServletResponse;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.gruu.TemporaryGruus;
import org.m2mx.sip.answer.Answers;
import org.m2mx.sip.answer.DeltaSeconds;
import org.m2mx.sip.answer.ServerName;
import org.m2mx.sipcontainer.flow.Flow;

/**
 * Words the 200 to a REGISTER: every binding and what is left of it (RFC 3261 section 10.3 step 8),
 * and what the device may want to know of flows, names and routes.
 */
@Singleton
public class Acceptance {
  /** What a REGISTER may require. */
  public static final Set<String> EXTENSIONS = Set.of("gruu", "outbound", "path");

  /** RFC 3261 section 20.17: always GMT. */
  private static final DateTimeFormatter SIP_DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private static final Pattern LOOSE_ROUTE =
      Pattern.compile("sips?:[^\\s<>\",;]+(;[^\\s<>\",;]+)*;lr(;[^\\s<>\",;]+)*");

  /** What may stand bare in a URI's parameter (RFC 3261 section 25.1). */
  private static final Pattern BARE = Pattern.compile("[A-Za-z0-9\\-_.!~*'()\\[\\]/:&+$]+");

  private final Clock clock;
  private final ServerName serverName;
  private final TemporaryGruus temporaryGruus;
  private final Duration flowTimer;
  private final Optional<String> serviceRoute;

  /**
   * @param clock the time
   * @param serverName what the server calls itself
   * @param temporaryGruus names for devices
   * @param flowTimer how often a device shall break its silence, from {@code
   *     m2mx.registrar.flow-timer}
   * @param serviceRoute where devices shall send requests first, from {@code
   *     m2mx.registrar.service-route}
   * @throws IllegalArgumentException if the timer is shorter than a second, or the route is no
   *     loose-routing SIP URI
   */
  @Inject
  public Acceptance(
      Clock clock,
      ServerName serverName,
      TemporaryGruus temporaryGruus,
      @ConfigProperty(name = "m2mx.registrar.flow-timer", defaultValue = "PT2M") Duration flowTimer,
      @ConfigProperty(name = "m2mx.registrar.service-route") Optional<String> serviceRoute) {
    if (flowTimer.toSeconds() < 1) {
      throw new IllegalArgumentException(
          "m2mx.registrar.flow-timer=" + flowTimer + ": give PT1S or more");
    }
    serviceRoute
        .filter(route -> !LOOSE_ROUTE.matcher(route).matches())
        .ifPresent(
            route -> {
              throw new IllegalArgumentException(
                  "m2mx.registrar.service-route=%s: give a SIP URI with ;lr, such as sip:sip.telco.example:5061;transport=tls;lr"
                      .formatted(route));
            });
    this.clock = clock;
    this.serverName = serverName;
    this.temporaryGruus = temporaryGruus;
    this.flowTimer = flowTimer;
    this.serviceRoute = serviceRoute;
  }

  /**
   * Words it.
   *
   * @param request accepted
   * @param live every binding of its AOR
   * @return not yet sent
   * @throws ServletParseException if the request's headers are malformed
   */
  SipServletResponse of(SipServletRequest request, List<Binding> live)
      throws ServletParseException {
    Instant now = clock.instant();
    Set<String> supported = Answers.optionTags(request, "Supported");
    SipServletResponse response = request.createResponse(SipServletResponse.SC_OK);
    for (Binding binding : live) {
      response.addHeader("Contact", contact(binding, now, supported.contains("gruu")));
    }
    for (String proxy : Paths.of(request)) {
      response.addHeader("Path", proxy);
    }
    serviceRoute.ifPresent(route -> response.setHeader("Service-Route", "<" + route + ">"));
    if (supported.contains("outbound")
        && live.stream().anyMatch(binding -> binding.regId() != null)) {
      // RFC 5626 section 6: tells the device that its flows are used.
      response.setHeader("Require", "outbound");
      response.setHeader("Flow-Timer", Long.toString(flowTimer(Flow.of(request)).toSeconds()));
    }
    response.setHeader("Date", SIP_DATE.format(now));
    response.setHeader("Server", serverName.toString());
    return response;
  }

  /** Well before the container takes the silence for a death. */
  private Duration flowTimer(Flow flow) {
    return flow.longestSilence()
        .map(silence -> silence.multipliedBy(3).dividedBy(4))
        .filter(silence -> silence.compareTo(flowTimer) < 0)
        .orElse(flowTimer);
  }

  private String contact(Binding binding, Instant now, boolean gruu) {
    StringBuilder contact = new StringBuilder("<").append(binding.contact()).append('>');
    if (binding.q() != null) {
      contact.append(";q=").append(binding.q() / 1000.0);
    }
    if (binding.instanceId() != null) {
      contact.append(";+sip.instance=\"<").append(binding.instanceId()).append(">\"");
    }
    if (gruu && binding.instanceId() != null && BARE.matcher(binding.instanceId()).matches()) {
      contact.append(";pub-gruu=\"").append(binding.aor()).append(";gr=");
      contact.append(binding.instanceId()).append('"');
      contact.append(";temp-gruu=\"").append(temporaryGruus.of(binding)).append('"');
    }
    if (binding.regId() != null) {
      contact.append(";reg-id=").append(binding.regId());
    }
    return contact.append(";expires=").append(DeltaSeconds.of(binding.remaining(now))).toString();
  }
}
