package org.m2mx.console.isp;

import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.OptionalInt;
import org.m2mx.console.account.AccountHandout;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.subscriber.LimitReachedException;
import org.m2mx.registry.subscriber.Subscriber;
import org.m2mx.registry.subscriber.Subscribers;
import org.primefaces.component.datatable.DataTable;
import org.primefaces.model.LazyDataModel;

/** One ISP and its subscribers. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class IspPage implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NOT_FOUND = 404;
  private static final String USER = "open:user";
  private static final String NAME = "change:name";
  private static final String ANOTHER = "more:another";
  private static final String TYPED = "belongings:typed";
  private static final String TABLE = "subscribers:table";

  private final Isps isps;
  private final Subscribers subscribers;
  private final AccountHandout handout;
  private final SecureRandom random;
  private final Texts texts;

  private String domain;
  private String inDomain;
  private String another;
  private String search = "";
  private String user;
  private boolean legacy;
  private long subscriberCount;
  private String typed;
  private String name;
  private Integer limit;
  private transient Isp isp;
  private transient LazyDataModel<Subscriber> table;

  /** For the client proxy only. */
  protected IspPage() {
    this(null, null, null, null, null);
  }

  /**
   * @param isps the ISPs
   * @param subscribers their subscribers
   * @param handout shows a new account
   * @param random where passwords come from
   * @param texts what to say
   */
  @Inject
  public IspPage(
      Isps isps,
      Subscribers subscribers,
      AccountHandout handout,
      SecureRandom random,
      Texts texts) {
    this.isps = isps;
    this.subscribers = subscribers;
    this.handout = handout;
    this.random = random;
    this.texts = texts;
  }

  /** Answers 404 when the address names no ISP. */
  public void load() throws IOException {
    if (domain == null || getIsp() == null) {
      var faces = FacesContext.getCurrentInstance();
      faces.getExternalContext().responseSendError(NOT_FOUND, null);
      faces.responseComplete();
      return;
    }
    domain = getIsp().domain();
    if (inDomain == null) {
      inDomain = domain;
    }
  }

  /** The ISP; null when none has that domain. */
  public Isp getIsp() {
    if (isp == null) {
      isp = isps.find(domain).orElse(null);
    }
    return isp;
  }

  /** Its subscribers whose user part begins with the search. */
  public LazyDataModel<Subscriber> getTable() {
    if (table == null) {
      table = new SubscriberTable(subscribers, domain, this::getSearch);
    }
    return table;
  }

  /** Starts over at the first page, for the search has changed. */
  public void searched() {
    var found = FacesContext.getCurrentInstance().getViewRoot().findComponent(TABLE);
    ((DataTable) found).reset();
  }

  /** Opens the account of the form and hands it out. */
  public void open() {
    // The page may be older than what became of the ISP's domains.
    isp = null;
    if (getIsp() == null || !getIsp().domains().contains(inDomain)) {
      inDomain = domain;
      texts.wrong(USER, "form.domain");
      return;
    }
    Aor aor;
    try {
      aor = new Aor(user, inDomain);
    } catch (IllegalArgumentException e) {
      texts.wrong(USER, "subscriber.user.invalid", Aor.MAX_USER_OCTETS);
      return;
    }
    var password = Password.generate(random);
    try {
      subscribers.open(aor, password, legacy);
    } catch (TakenException e) {
      texts.wrong(USER, "subscriber.taken", aor);
      return;
    } catch (LimitReachedException e) {
      texts.wrong(USER, "isp.limit.reached");
      return;
    }
    handout.show(aor, password);
    texts.done("subscriber.opened", aor);
    user = null;
    legacy = false;
  }

  /** Fills the form that changes the ISP with what is so. */
  public void ask() {
    isp = null;
    name = getIsp().name();
    var present = getIsp().subscriberLimit();
    limit = present.isPresent() ? present.getAsInt() : null;
  }

  /** Changes what the form says otherwise than it is. */
  public void change() {
    if (name.isBlank()) {
      texts.wrong(NAME, "isp.name.invalid", Isps.MAX_NAME_LENGTH);
      return;
    }
    isp = null;
    try {
      if (!name.strip().equals(getIsp().name())) {
        isps.rename(domain, name);
      }
      var wanted = limit == null ? OptionalInt.empty() : OptionalInt.of(limit);
      if (!wanted.equals(getIsp().subscriberLimit())) {
        isps.limit(domain, wanted);
      }
      texts.done("isp.changed", domain);
    } catch (StaleException e) {
      texts.refused("isp.stale");
    }
    isp = null;
  }

  /** Gives the ISP the domain of the form. */
  public void addDomain() {
    try {
      isps.addDomain(domain, another);
      texts.done("domain.added", another);
      another = null;
    } catch (TakenException e) {
      texts.wrong(ANOTHER, "isp.taken");
    } catch (StaleException e) {
      texts.refused("isp.stale");
    } catch (IllegalStateException e) {
      texts.wrong(ANOTHER, "domain.many", Isps.MOST_DOMAINS);
    }
    isp = null;
  }

  /** Takes a domain away from the ISP, unless somebody is in it. */
  public void removeDomain(String further) {
    try {
      isps.removeDomain(domain, further);
      texts.done("domain.removed", further);
      if (further.equals(inDomain)) {
        inDomain = domain;
      }
    } catch (StaleException | NotFoundException e) {
      texts.refused("isp.stale");
    } catch (IllegalStateException e) {
      texts.refused("domain.inhabited", further);
    }
    isp = null;
  }

  /** Suspends the ISP. */
  public void suspend() {
    isps.suspend(domain);
    texts.done("isp.suspended", domain);
    isp = null;
  }

  /** Resumes the ISP. */
  public void resume() {
    isps.resume(domain);
    texts.done("isp.resumed", domain);
    isp = null;
  }

  /** Counts what would go with the ISP, for the question whether to delete it. */
  public void count() {
    subscriberCount = isps.subscribers(domain);
  }

  /** Deletes the ISP whose domain was typed to make sure, and leads to the others. */
  public String delete() {
    if (!domain.equals(typed)) {
      texts.wrong(TYPED, "isp.delete.typed.wrong", domain);
      return null;
    }
    isps.delete(domain);
    texts.done("isp.deleted", domain);
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    return "/isps?faces-redirect=true";
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public Integer getLimit() {
    return limit;
  }

  public void setLimit(Integer limit) {
    this.limit = limit;
  }

  public long getSubscriberCount() {
    return subscriberCount;
  }

  public String getTyped() {
    return typed;
  }

  public void setTyped(String typed) {
    this.typed = typed;
  }

  public String getDomain() {
    return domain;
  }

  public void setDomain(String domain) {
    this.domain = domain;
  }

  /** In which of the ISP's domains the next account is opened. */
  public String getInDomain() {
    return inDomain;
  }

  public void setInDomain(String inDomain) {
    this.inDomain = inDomain;
  }

  /** The domain that the ISP is to have too. */
  public String getAnother() {
    return another;
  }

  public void setAnother(String another) {
    this.another = another;
  }

  public String getSearch() {
    return search;
  }

  public void setSearch(String search) {
    this.search = search == null ? "" : search.strip();
  }

  public String getUser() {
    return user;
  }

  public void setUser(String user) {
    this.user = user;
  }

  public boolean isLegacy() {
    return legacy;
  }

  public void setLegacy(boolean legacy) {
    this.legacy = legacy;
  }
}
