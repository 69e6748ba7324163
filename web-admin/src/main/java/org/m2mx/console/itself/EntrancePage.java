package org.m2mx.console.itself;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.HttpServletRequest;
import org.m2mx.console.signin.SubscriberEntrance;
import org.m2mx.console.text.Texts;

/** Where a subscriber signs in. */
@Named
@RequestScoped
public class EntrancePage {
  private final SubscriberEntrance entrance;
  private final HttpServletRequest request;
  private final Texts texts;

  private String name;
  private String password;

  /** For the client proxy only. */
  protected EntrancePage() {
    this(null, null, null);
  }

  /**
   * @param entrance lets it in or not
   * @param request who tries
   * @param texts what to say
   */
  @Inject
  public EntrancePage(SubscriberEntrance entrance, HttpServletRequest request, Texts texts) {
    this.entrance = entrance;
    this.request = request;
    this.texts = texts;
  }

  /** Leads to the account, or says that it was wrong. */
  public String enter() {
    return switch (entrance.enter(request, name, password)) {
      case IN -> "/my/account?faces-redirect=true";
      case WRONG -> {
        texts.refused("sign-in.failed");
        yield null;
      }
      case TOO_MANY -> {
        texts.refused("my.too-many");
        yield null;
      }
    };
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getPassword() {
    return password;
  }

  public void setPassword(String password) {
    this.password = password;
  }
}
