package org.m2mx.console.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import org.m2mx.console.openid.Provider;
import org.m2mx.console.openid.ProviderSession;
import org.m2mx.console.openid.ReturnAddress;
import org.m2mx.registry.access.Access;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.isp.Domains;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.SignIn;
import org.m2mx.registry.secondfactor.SecondStep;

/** Who is signed in, so that pages offer only what the registry would do. */
@Named
@RequestScoped
public class SignedIn {
  private static final String FIRST_PAGE = "/isps?faces-redirect=true";

  private final HttpServletRequest request;
  private final SignIn signIn;
  private final SecondStep secondStep;
  private final SecondFactorPolicy policy;
  private final Acting acting;
  private final Domains domains;
  private final Provider provider;
  private final ReturnAddress address;

  /** For the client proxy only. */
  protected SignedIn() {
    this(null, null, null, null, null, null, null, null);
  }

  /**
   * @param request the request, which the server has authenticated
   * @param signIn who operators are
   * @param secondStep what they show beside the password
   * @param policy who has to show something
   * @param acting knows who the operator is, and what it may do
   * @param domains whose domain is whose
   * @param provider where operators sign out whom it has vouched for
   * @param address where they come back to from there
   */
  @Inject
  public SignedIn(
      HttpServletRequest request,
      SignIn signIn,
      SecondStep secondStep,
      SecondFactorPolicy policy,
      Acting acting,
      Domains domains,
      Provider provider,
      ReturnAddress address) {
    this.request = request;
    this.signIn = signIn;
    this.secondStep = secondStep;
    this.policy = policy;
    this.acting = acting;
    this.domains = domains;
    this.provider = provider;
    this.address = address;
  }

  /** The operator's name; null on the way to signing in. */
  public String getName() {
    return acting.current().map(Actor::name).orElse(null);
  }

  /** Whether an OpenID provider vouches for the operator, who then has no password to change. */
  public boolean isVouched() {
    return request.getRemoteUser() == null && ProviderSession.idToken(request).isPresent();
  }

  /** The operator's role; null on the way to signing in. */
  public Role getRole() {
    return acting.current().map(Actor::role).orElse(null);
  }

  /** The first domain of the ISP the operator is bound to; null when it reaches all. */
  public String getDomain() {
    return acting.current().map(Actor::domain).orElse(null);
  }

  /** Whether the operator changes what belongs to the ISP of a domain. */
  public boolean mayChange(String domain) {
    return may(Access.CHANGE, domain);
  }

  /** Whether the operator runs the platform. */
  public boolean isAdministrator() {
    return may(Access.ADMINISTER, null);
  }

  /** Whether the operator sees what belongs to the platform as a whole. */
  public boolean isSeesPlatform() {
    return may(Access.READ, null);
  }

  /** Leads on from the sign-in page whoever is signed in already; stays there otherwise. */
  public String moveOn() {
    return getName() == null ? null : FIRST_PAGE;
  }

  /** Keeps this session, in which the operator has just changed the password. */
  public void stay(Operator operator) {
    SessionMark.renew(request, operator);
  }

  /** Whether the operator has to get an authenticator app before anything else. */
  public boolean isSecondFactorMissing() {
    return signIn
        .operator(getName())
        .map(operator -> policy.requires(operator) && secondStep.of(operator).isEmpty())
        .orElse(false);
  }

  /**
   * Asks this session, whose operator has just shown a code of its app, for no other.
   *
   * @return the page it was on the way to
   */
  public String prove() {
    signIn
        .operator(getName())
        .flatMap(secondStep::of)
        .ifPresent(factor -> SecondProof.give(request, factor));
    return SecondProof.wanted(request.getSession()).orElse(request.getContextPath() + '/');
  }

  /**
   * Ends the session and leads back to the sign-in page; if the OpenID provider has vouched for the
   * operator, by way of it, which signs out too, or by a page that says that it does not.
   */
  public String signOut() throws ServletException {
    var token = ProviderSession.idToken(request);
    SessionMark.end(request);
    if (token.isEmpty()) {
      return FIRST_PAGE;
    }
    provider
        .exit(token.get(), address.home())
        .ifPresentOrElse(this::leadTo, () -> request.setAttribute("knownThere", true));
    return "/signed-out";
  }

  private void leadTo(URI exit) {
    request.setAttribute("exit", exit.toString());
    // The pages' policy has browsers follow the answer to a form to this server only.
    FacesContext.getCurrentInstance()
        .getExternalContext()
        .addResponseHeader("Refresh", "0; url=" + exit);
  }

  private boolean may(Access access, String domain) {
    var isp = domain == null ? null : domains.ispOf(domain.toLowerCase(Locale.ROOT));
    return acting.current().map(actor -> actor.may(access, isp)).orElse(false);
  }
}
