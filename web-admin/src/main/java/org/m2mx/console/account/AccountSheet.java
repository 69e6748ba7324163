package org.m2mx.console.account;

import java.util.List;
import org.m2mx.registry.Aor;

/**
 * A sheet to print and hand to a subscriber: how the account gets into the device, in every
 * language of the console.
 */
public class AccountSheet {
  private final Aor aor;
  private final String link;
  private final List<InLanguage> languages;

  /**
   * What the sheet says in one language.
   *
   * @param tag of the language (BCP 47)
   * @param title what it is
   * @param how what to do with it
   * @param once how long it works
   */
  public record InLanguage(String tag, String title, String how, String once) {}

  AccountSheet(Aor aor, String link, List<InLanguage> languages) {
    this.aor = aor;
    this.link = link;
    this.languages = List.copyOf(languages);
  }

  public Aor getAor() {
    return aor;
  }

  /** The link itself. Whoever has it has the account. */
  public String getLink() {
    return link;
  }

  /** The link as a QR code, a {@code data:} URI. */
  public String getPicture() {
    return QrCode.of(link);
  }

  public List<InLanguage> getLanguages() {
    return languages;
  }
}
