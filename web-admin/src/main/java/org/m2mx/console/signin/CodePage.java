package org.m2mx.console.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.secondfactor.SecondFactors;

/** Where an operator whose password is right shows a code of its app. */
@Named
@RequestScoped
public class CodePage {
  private static final String TYPED = "code:typed";

  private final SecondFactors factors;
  private final SignedIn signedIn;
  private final Texts texts;

  private String typed;

  /** For the client proxy only. */
  protected CodePage() {
    this(null, null, null);
  }

  /**
   * @param factors know the app
   * @param signedIn whose it is
   * @param texts what to say
   */
  @Inject
  public CodePage(SecondFactors factors, SignedIn signedIn, Texts texts) {
    this.factors = factors;
    this.signedIn = signedIn;
    this.texts = texts;
  }

  /** Leads on when the code is right, or says that it is not. */
  public void verify() throws IOException {
    switch (factors.verify(typed)) {
      case ACCEPTED ->
          FacesContext.getCurrentInstance().getExternalContext().redirect(signedIn.prove());
      case WRONG -> texts.wrong(TYPED, "code.wrong");
      case LOCKED -> texts.wrong(TYPED, "code.locked");
    }
  }

  public String getTyped() {
    return typed;
  }

  public void setTyped(String typed) {
    this.typed = typed;
  }
}
