package org.m2mx.sip.relay;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import javax.servlet.sip.SipServletRequest;
import javax.servlet.sip.SipURI;
import javax.servlet.sip.URI;
import org.m2mx.registry.Aor;
import org.m2mx.registry.binding.InstanceId;
import org.m2mx.registry.gruu.TemporaryGruu;
import org.m2mx.registry.gruu.TemporaryGruus;
import org.m2mx.sip.authentication.Identity;

/** Reads whom a request is for: an AOR, or one device by its GRUU (RFC 5627 section 5). */
@Singleton
public class Targets {
  private static final Logger LOG = System.getLogger(Targets.class.getName());

  /** Looked up when a request names nobody that could exist: the work shall be the same. */
  private static final Target NOBODY = Target.all(new Aor("nobody", "invalid"));

  private final TemporaryGruus temporaryGruus;

  /**
   * @param temporaryGruus reads those that were given out
   */
  @Inject
  public Targets(TemporaryGruus temporaryGruus) {
    this.temporaryGruus = temporaryGruus;
  }

  /** The target of a request; never null, for it may be somebody who does not exist. */
  public Target of(SipServletRequest request) {
    try {
      String gr = request.getRequestURI() instanceof SipURI uri ? gr(uri) : null;
      if (gr == null) {
        return Target.all(Identity.target(request));
      }
      return gr.isEmpty() ? temporary((SipURI) request.getRequestURI()) : device(request, gr);
    } catch (IllegalArgumentException namesNobody) {
      LOG.log(
          Level.DEBUG,
          "Request-URI of Call-ID {0} names nobody: {1}",
          request.getCallId(),
          namesNobody.getMessage());
      return NOBODY;
    }
  }

  /** Whether a URI has the form of a GRUU, public or temporary. */
  static boolean isGruu(URI uri) {
    return uri instanceof SipURI sip && gr(sip) != null;
  }

  private static Target device(SipServletRequest request, String instanceId) {
    String named = InstanceId.normalise(instanceId);
    return new Target(Identity.target(request), binding -> named.equals(binding.device()), false);
  }

  private Target temporary(SipURI uri) {
    Optional<TemporaryGruu> gruu =
        uri.getUser() == null
            ? Optional.empty()
            : temporaryGruus.read(uri.getUser(), uri.getHost().toLowerCase(Locale.ROOT));
    return gruu.map(device -> new Target(device.aor(), device::names, true)).orElse(NOBODY);
  }

  /** Null when the URI has no gr parameter, empty when that has no value. */
  private static String gr(SipURI uri) {
    for (Iterator<String> names = uri.getParameterNames(); names.hasNext(); ) {
      String name = names.next();
      if ("gr".equalsIgnoreCase(name)) {
        String value = uri.getParameter(name);
        return value == null ? "" : value;
      }
    }
    return null;
  }
}
