package org.m2mx.console.operator;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import java.util.Set;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.operator.LastAdministratorException;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.secondfactor.SecondFactors;

/** All operators, or those of one ISP: letting them in, and keeping them out. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class OperatorsPage implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String NAME = "open:name";
  private static final String ISP = "open:isp";

  private final Operators operators;
  private final SecondFactors factors;
  private final Isps isps;
  private final Texts texts;

  private String only;
  private String name;
  private Role role = Role.ISP_OPERATOR;
  private String domain;
  private String shownName;
  // Never written to disk with a passivated session.
  private transient Password shownPassword;
  private transient List<Operator> list;
  private transient Set<String> withApp;

  /** For the client proxy only. */
  protected OperatorsPage() {
    this(null, null, null, null);
  }

  /**
   * @param operators the operators
   * @param factors what they show beside their passwords
   * @param isps what they can be bound to
   * @param texts what to say
   */
  @Inject
  public OperatorsPage(Operators operators, SecondFactors factors, Isps isps, Texts texts) {
    this.operators = operators;
    this.factors = factors;
    this.isps = isps;
    this.texts = texts;
  }

  /**
   * Has the form begin with the ISP that the page is about.
   *
   * @throws NotFoundException when it is about one that there is not
   */
  public void load() {
    if (only != null) {
      only = isps.require(only).domain();
    }
    domain = only;
  }

  /** The operators in the order of their names. */
  public List<Operator> getList() {
    if (list == null) {
      list =
          operators.list().stream()
              .filter(operator -> only == null || only.equals(operator.domain()))
              .toList();
      withApp = factors.names();
    }
    return list;
  }

  /** Whether an operator of the list has an authenticator app. */
  public boolean hasApp(String whose) {
    getList();
    return withApp.contains(whose);
  }

  /** Parts an operator from its app. */
  public void part(String whom) {
    factors.reset(whom);
    texts.done("second-factor.reset", whom);
    list = null;
  }

  /** The roles to choose from. */
  public List<Role> getRoles() {
    return Role.ofOperators();
  }

  /** The ISPs to choose from. */
  public List<Isp> getIsps() {
    return isps.list();
  }

  /** Lets the operator of the form in and shows its one-time password. */
  public void open() {
    if (role == Role.ADMINISTRATOR && domain != null) {
      texts.wrong(ISP, "operator.isp.none");
      return;
    }
    if (role == Role.ISP_OPERATOR && domain == null) {
      texts.wrong(ISP, "operator.isp.needed");
      return;
    }
    try {
      show(name, operators.open(name, role, domain));
    } catch (TakenException e) {
      texts.wrong(NAME, "operator.taken");
      return;
    } catch (IllegalArgumentException e) {
      texts.wrong(NAME, "operator.name.invalid", Operators.MAX_NAME_LENGTH);
      return;
    }
    texts.done("operator.opened", name);
    name = null;
    domain = only;
  }

  /** Keeps an operator out. */
  public void suspend(String whom) {
    try {
      operators.suspend(whom);
      texts.done("operator.suspended", whom);
    } catch (LastAdministratorException e) {
      texts.refused("operator.last", whom);
    }
    list = null;
  }

  /** Lets a suspended operator in again. */
  public void resume(String whom) {
    operators.resume(whom);
    texts.done("operator.resumed", whom);
    list = null;
  }

  /** Gives an operator a one-time password and shows it. */
  public void reset(String whom) {
    show(whom, operators.resetPassword(whom));
    texts.done("operator.reset", whom);
  }

  /** Removes an operator. */
  public void delete(String whom) {
    try {
      operators.delete(whom);
      texts.done("operator.deleted", whom);
    } catch (LastAdministratorException e) {
      texts.refused("operator.last", whom);
    }
    list = null;
  }

  /** Shows the one-time password no longer. */
  public void close() {
    shownName = null;
    shownPassword = null;
  }

  /** Whether there is a one-time password to show. */
  public boolean isShowing() {
    return shownPassword != null;
  }

  /** The domain of the ISP whose operators are shown; null for all operators. */
  public String getOnly() {
    return only;
  }

  public void setOnly(String only) {
    this.only = only;
  }

  public String getShownName() {
    return shownName;
  }

  /** The one-time password itself. */
  public String getShownPassword() {
    return shownPassword.reveal();
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public Role getRole() {
    return role;
  }

  public void setRole(Role role) {
    this.role = role;
  }

  public String getDomain() {
    return domain;
  }

  public void setDomain(String domain) {
    this.domain = domain;
  }

  private void show(String whose, Password oneTime) {
    shownName = whose;
    shownPassword = oneTime;
    list = null;
  }
}
