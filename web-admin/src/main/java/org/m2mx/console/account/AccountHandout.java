package org.m2mx.console.account;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.ByteArrayInputStream;
import java.io.Serializable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.Locale;
import org.m2mx.console.language.Languages;
import org.m2mx.console.text.Texts;
import org.m2mx.console.text.Times;
import org.m2mx.registry.Aor;
import org.m2mx.registry.account.AccountLinks;
import org.m2mx.registry.credential.Password;
import org.primefaces.model.DefaultStreamedContent;
import org.primefaces.model.StreamedContent;

/**
 * Shows a new password, and the account file with it, on the page where it was made. Nobody can see
 * it again once that page is left, for the registry has only hashes of it.
 */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class AccountHandout implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = System.getLogger(AccountHandout.class.getName());

  private final AccountFiles files;
  private final AccountLinks links;
  private final ConsoleAddress address;
  private final Texts texts;

  private Aor aor;
  // Never written to disk with a passivated session.
  private transient Password password;
  private transient AccountSheet sheet;

  /** For the client proxy only. */
  protected AccountHandout() {
    this(null, null, null, null);
  }

  /**
   * @param files makes the account file
   * @param links makes the link of the account sheet
   * @param address where the link leads
   * @param texts what to say
   */
  @Inject
  public AccountHandout(
      AccountFiles files, AccountLinks links, ConsoleAddress address, Texts texts) {
    this.files = files;
    this.links = links;
    this.address = address;
    this.texts = texts;
  }

  /** Shows an account from now on. */
  public void show(Aor shown, Password itsPassword) {
    aor = shown;
    password = itsPassword;
    sheet = null;
  }

  /** Makes a sheet with a link for the account that is shown. */
  public void issue() {
    issue(aor);
  }

  /** Makes a sheet with a link and shows it from now on. */
  public void issue(Aor whose) {
    var link = address.of("/account/" + links.issue(whose).reveal());
    var expires = links.pending(whose).orElseThrow().expires();
    password = null;
    sheet =
        new AccountSheet(
            whose,
            link,
            Languages.OFFERED.stream().map(language -> inLanguage(language, expires)).toList());
    texts.done("sheet.made", whose);
  }

  /** Whether a link is out that another one would end. */
  public boolean isLinkOut() {
    return links.pending(aor).isPresent();
  }

  /** Shows it no longer. */
  public void close() {
    aor = null;
    password = null;
    sheet = null;
  }

  /** The sheet to show; null when there is none. */
  public AccountSheet getSheet() {
    return sheet;
  }

  private AccountSheet.InLanguage inLanguage(Locale language, Instant expires) {
    return new AccountSheet.InLanguage(
        language.toLanguageTag(),
        texts.in(language, "sheet.title"),
        texts.in(language, "sheet.how"),
        texts.in(language, "sheet.once", Times.withOffset(expires, language)));
  }

  /** Whether there is something to show. */
  public boolean isOpen() {
    return password != null;
  }

  /** Whose account it is. */
  public Aor getAor() {
    return aor;
  }

  /** The password itself. */
  public String getPassword() {
    return password.reveal();
  }

  /** The account file to download; null, and a message, when it cannot be made. */
  public StreamedContent getFile() {
    try {
      var file = files.of(aor, password);
      return DefaultStreamedContent.builder()
          .name(file.fileName())
          .contentType("application/json")
          .stream(() -> new ByteArrayInputStream(file.json().getBytes(UTF_8)))
          .build();
    } catch (AccountException e) {
      LOG.log(Level.ERROR, "No account file for {0}: {1}", aor, e.getMessage());
      texts.refused("account.impossible", e.getMessage());
      return null;
    }
  }
}
