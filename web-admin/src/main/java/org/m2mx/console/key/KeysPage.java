package org.m2mx.console.key;

import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.m2mx.console.account.ConsoleAddress;
import org.m2mx.console.permission.LastDay;
import org.m2mx.console.rest.Operation;
import org.m2mx.console.rest.RestApplication;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.api.ApiKey;
import org.m2mx.registry.api.ApiKeys;
import org.m2mx.registry.api.Scope;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.isp.Isps;

/** The keys bound to an ISP, or to none, and what programs can ask for. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class KeysPage implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NOT_FOUND = 404;
  private static final int USUAL_DAYS = 365;
  private static final String NAME = "make:name";
  private static final String EXPIRES = "make:expires";

  private final ApiKeys keys;
  private final Isps isps;
  private final SignedIn signedIn;
  private final ConsoleAddress address;
  private final Clock clock;
  private final Texts texts;

  private String domain;
  private String name;
  private Scope scope = Scope.READ;
  private LocalDate expires;
  private String shownName;
  // Never written to disk with a passivated session.
  private transient Token shown;
  private transient List<ApiKey> list;

  /** For the client proxy only. */
  protected KeysPage() {
    this(null, null, null, null, null, null);
  }

  /**
   * @param keys the keys
   * @param isps what they are bound to
   * @param signedIn whose keys they are unless the address says
   * @param address where the API is
   * @param clock tells which have expired
   * @param texts what to say
   */
  @Inject
  public KeysPage(
      ApiKeys keys,
      Isps isps,
      SignedIn signedIn,
      ConsoleAddress address,
      Clock clock,
      Texts texts) {
    this.keys = keys;
    this.isps = isps;
    this.signedIn = signedIn;
    this.address = address;
    this.clock = clock;
    this.texts = texts;
  }

  /** Answers 404 when the address names no ISP. */
  public void load() throws IOException {
    if (domain == null || domain.isBlank()) {
      domain = signedIn.getDomain();
    }
    if (domain != null && isps.find(domain).isEmpty()) {
      var faces = FacesContext.getCurrentInstance();
      faces.getExternalContext().responseSendError(NOT_FOUND, null);
      faces.responseComplete();
    }
    expires = LocalDate.ofInstant(clock.instant(), ZoneId.systemDefault()).plusDays(USUAL_DAYS);
  }

  /** The keys, the latest first. */
  public List<ApiKey> getList() {
    if (list == null) {
      list = keys.list(domain);
    }
    return list;
  }

  /** Whether a key's time is over. */
  public boolean expired(ApiKey key) {
    return !key.expires().isAfter(clock.instant());
  }

  /** What keys can be good for. */
  public Scope[] getScopes() {
    return Scope.values();
  }

  /** Makes the key of the form and shows it. */
  public void make() {
    if (name.isBlank()) {
      texts.wrong(NAME, "key.name.invalid", ApiKeys.MAX_NAME_LENGTH);
      return;
    }
    try {
      shown = keys.make(domain, name, scope, LastDay.end(expires).orElseThrow());
    } catch (IllegalArgumentException e) {
      // The field lets no longer name through: it is the end.
      texts.wrong(EXPIRES, "key.expires.invalid", ApiKeys.LONGEST_LIFE.toDays());
      return;
    }
    shownName = name.strip();
    texts.done("key.made", shownName);
    name = null;
    list = null;
  }

  /** Takes a key back. */
  public void revoke(ApiKey key) {
    keys.revoke(domain, key.id());
    texts.done("key.revoked", key.name());
    list = null;
  }

  /** Shows the new key no longer. */
  public void close() {
    shown = null;
  }

  /** Whether a new key is shown. */
  public boolean isShowing() {
    return shown != null;
  }

  /** What the new key is called. */
  public String getShownName() {
    return shownName;
  }

  /** The new key itself. */
  public String getShown() {
    return shown.reveal();
  }

  /** Where programs find the API. */
  public String getUrl() {
    return address.of(RestApplication.PATH);
  }

  /** What programs can ask for. */
  public List<Operation> getOperations() {
    return Operation.all();
  }

  public String getDomain() {
    return domain;
  }

  public void setDomain(String domain) {
    this.domain = domain;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public Scope getScope() {
    return scope;
  }

  public void setScope(Scope scope) {
    this.scope = scope;
  }

  public LocalDate getExpires() {
    return expires;
  }

  public void setExpires(LocalDate expires) {
    this.expires = expires;
  }
}
