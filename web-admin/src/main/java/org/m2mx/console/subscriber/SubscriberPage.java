package org.m2mx.console.subscriber;

import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.security.SecureRandom;
import org.m2mx.console.account.AccountHandout;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;
import org.m2mx.registry.account.AccountLink;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.registry.subscriber.Belongings;
import org.m2mx.registry.subscriber.Subscriber;
import org.m2mx.registry.subscriber.Subscribers;

/** One subscriber. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class SubscriberPage extends ListsOfSubscriber {
  private static final long serialVersionUID = 1L;
  private static final int NOT_FOUND = 404;

  private final Subscribers subscribers;
  private final AccountHandout handout;
  private final AccountLinks links;
  private final SecureRandom random;
  private final Texts texts;

  private String name;
  private Aor aor;
  private transient Belongings belongings;
  private transient Subscriber subscriber;

  /** For the client proxy only. */
  protected SubscriberPage() {
    this(null, null, null, null, null, null, null);
  }

  /**
   * @param subscribers the subscribers
   * @param permissions who may call it
   * @param devices where it is
   * @param handout shows a new credential
   * @param links knows whether a link hands its account out
   * @param random where passwords come from
   * @param texts what to say
   */
  @Inject
  public SubscriberPage(
      Subscribers subscribers,
      Permissions permissions,
      Devices devices,
      AccountHandout handout,
      AccountLinks links,
      SecureRandom random,
      Texts texts) {
    super(permissions, devices, texts);
    this.subscribers = subscribers;
    this.handout = handout;
    this.links = links;
    this.random = random;
    this.texts = texts;
  }

  /** Answers 404 when the address names no subscriber. */
  public void load() throws IOException {
    aor = parsedName();
    if (aor == null || getSubscriber() == null) {
      var faces = FacesContext.getCurrentInstance();
      faces.getExternalContext().responseSendError(NOT_FOUND, null);
      faces.responseComplete();
    }
  }

  /** The subscriber; null when there is none of that name. */
  public Subscriber getSubscriber() {
    if (subscriber == null) {
      subscriber = subscribers.find(aor).orElse(null);
    }
    return subscriber;
  }

  /** Suspends the subscriber. */
  public void suspend() {
    subscribers.suspend(aor);
    texts.done("subscriber.suspended", aor);
    subscriber = null;
  }

  /** Resumes the subscriber. */
  public void resume() {
    subscribers.resume(aor);
    texts.done("subscriber.resumed", aor);
    subscriber = null;
  }

  /** Replaces the password by a new one and hands it out. */
  public void reset() {
    var password = Password.generate(random);
    subscribers.resetCredential(aor, password);
    handout.show(aor, password);
    texts.done("subscriber.reset", aor);
  }

  /** Counts what would go with the subscriber, for the question whether to delete it. */
  public void count() {
    belongings = subscribers.belongings(aor);
  }

  /** Deletes the subscriber and leads to those of its ISP. */
  public String delete() {
    var isp = getSubscriber().isp().domain();
    subscribers.delete(aor);
    texts.done("subscriber.deleted", aor);
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    return "/isp?faces-redirect=true&domain=" + isp;
  }

  /** Makes a link that hands the account out, and shows the sheet with it. */
  public void sheet() {
    handout.issue(aor);
  }

  /** The link that is out and hands the account to whoever comes with it; null when none is. */
  public AccountLink getLink() {
    return links.pending(aor).orElse(null);
  }

  /** Takes that link back. */
  public void withdraw() {
    links.withdraw(aor);
    handout.close();
    texts.done("link.withdrawn", aor);
  }

  @Override
  public Aor getAor() {
    return aor;
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  /** What would go with the subscriber; null until it was counted. */
  public Belongings getBelongings() {
    return belongings;
  }

  private Aor parsedName() {
    try {
      return name == null ? null : Aor.parse(name);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
