package org.m2mx.console.call;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.m2mx.console.text.Texts;

/** Says what rules came upon in the language of the view. */
@Named
@ApplicationScoped
public class Findings {
  private final Texts texts;

  /** For the client proxy only. */
  protected Findings() {
    this(null);
  }

  /**
   * @param texts in both languages
   */
  @Inject
  public Findings(Texts texts) {
    this.texts = texts;
  }

  /**
   * What a rule came upon, in words.
   *
   * @param detail as the trace has it
   * @return null for a line of a list, which is to be shown as it was typed
   */
  public String words(String detail) {
    return Finding.of(detail).map(found -> texts.get(found.key())).orElse(null);
  }
}
