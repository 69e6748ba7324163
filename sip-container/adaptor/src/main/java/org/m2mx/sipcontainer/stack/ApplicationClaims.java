package org.m2mx.sipcontainer.stack;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.m2mx.sipcontainer.application.SipApplication;
import org.m2mx.sipcontainer.digest.DigestCredentials;
import org.m2mx.sipcontainer.overload.Claims;
import org.m2mx.sipcontainer.overload.NonceBudget;
import org.mobicents.servlet.sip.core.SipApplicationDispatcher;
import org.mobicents.servlet.sip.core.SipContext;
import org.mobicents.servlet.sip.core.dispatchers.MessageDispatcher;
import org.mobicents.servlet.sip.core.session.SessionManagerUtil;

/** What the applications' sessions and challenges say of a request. */
final class ApplicationClaims implements Claims {
  private static final String SEPARATOR = "_";

  private final Supplier<SipApplicationDispatcher> dispatcher;
  private final NonceBudget budget;

  ApplicationClaims(Supplier<SipApplicationDispatcher> dispatcher, NonceBudget budget) {
    this.dispatcher = dispatcher;
    this.budget = budget;
  }

  /**
   * By the application session that this server has named: in the Record-Route as a proxy, in its
   * tag as a party.
   */
  @Override
  public boolean isOfDialog(String toTag, String route) {
    String id = parameter(route, MessageDispatcher.APP_ID);
    if (!id.isEmpty()) {
      return hasSession(parameter(route, MessageDispatcher.RR_PARAM_APPLICATION_NAME), id);
    }
    String[] parts = toTag.split(SEPARATOR, -1);
    return parts.length == 4
        && parts[1].equalsIgnoreCase(dispatcher.get().getApplicationServerIdHash())
        && hasSession(parts[2], parts[3]);
  }

  private boolean hasSession(String hashedName, String id) {
    String name = dispatcher.get().getApplicationNameFromHash(hashedName);
    SipContext application = name == null ? null : dispatcher.get().findSipApplication(name);
    return application != null
        && application
                .getSipManager()
                .getSipApplicationSession(
                    SessionManagerUtil.getSipApplicationSessionKey(name, id, null), false)
            != null;
  }

  private static String parameter(String route, String name) {
    String uri = route.substring(0, end(route, 0, ">,"));
    int start = uri.indexOf(';' + name + '=');
    if (start < 0) {
      return "";
    }
    start += name.length() + 2;
    return uri.substring(start, end(uri, start, ";"));
  }

  private static int end(String text, int start, String delimiters) {
    int end = start;
    while (end < text.length() && delimiters.indexOf(text.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  /** Where there is an application that cannot tell, the proof may be for it, and is believed. */
  @Override
  public boolean isProof(String credentials) {
    Optional<DigestCredentials> proof = DigestCredentials.parse(credentials);
    if (proof.isEmpty()) {
      return false;
    }
    List<SipApplication> applications = applications();
    String nonce = proof.get().nonce();
    return applications.stream().anyMatch(a -> a.hasIssued(nonce, proof.get().realm()))
        ? budget.permits(nonce)
        : !applications.stream().allMatch(SipApplication::knowsItsNonces);
  }

  private List<SipApplication> applications() {
    List<SipApplication> applications = new ArrayList<>(2);
    Iterator<SipContext> all = dispatcher.get().findSipApplications();
    while (all.hasNext()) {
      if (all.next() instanceof SipApplication application) {
        applications.add(application);
      }
    }
    return applications;
  }
}
