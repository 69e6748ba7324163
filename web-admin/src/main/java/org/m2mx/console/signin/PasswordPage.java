package org.m2mx.console.signin;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.operator.Operator;
import org.m2mx.registry.operator.Operators;
import org.m2mx.registry.operator.SignIn;
import org.m2mx.registry.operator.WrongPasswordException;

/** Where an operator changes the password. */
@Named
@RequestScoped
public class PasswordPage {
  private static final String PRESENT = "password:present";
  private static final String CHOSEN = "password:chosen";
  private static final String REPEATED = "password:repeated";

  private final Operators operators;
  private final SignIn signIn;
  private final SignedIn signedIn;
  private final Texts texts;

  private String present;
  private String chosen;
  private String repeated;

  /** For the client proxy only. */
  protected PasswordPage() {
    this(null, null, null, null);
  }

  /**
   * @param operators where the password is changed
   * @param signIn whether it has to be
   * @param signedIn whose it is
   * @param texts what to say
   */
  @Inject
  public PasswordPage(Operators operators, SignIn signIn, SignedIn signedIn, Texts texts) {
    this.operators = operators;
    this.signIn = signIn;
    this.signedIn = signedIn;
    this.texts = texts;
  }

  /** Whether the present password is good for nothing but this. */
  public boolean isForced() {
    return signIn.operator(signedIn.getName()).map(Operator::mustChangePassword).orElse(true);
  }

  /** Changes the password and leads to the first page, or says at the field what is wrong. */
  public String change() {
    if (!chosen.equals(repeated)) {
      texts.wrong(REPEATED, "password.differs");
      return null;
    }
    Password password;
    try {
      password = Password.of(chosen);
    } catch (IllegalArgumentException e) {
      texts.wrong(CHOSEN, "password.unfit", Password.MIN_LENGTH, Password.MAX_LENGTH);
      return null;
    }
    try {
      signedIn.stay(operators.changePassword(present, password));
    } catch (WrongPasswordException e) {
      texts.wrong(PRESENT, "password.wrong");
      return null;
    } catch (IllegalArgumentException e) {
      // The registry compares as the sign-in does: the same characters typed otherwise are the
      // same.
      texts.wrong(CHOSEN, "password.same");
      return null;
    }
    texts.done("password.changed");
    FacesContext.getCurrentInstance().getExternalContext().getFlash().setKeepMessages(true);
    return "/isps?faces-redirect=true";
  }

  public String getPresent() {
    return present;
  }

  public void setPresent(String present) {
    this.present = present;
  }

  public String getChosen() {
    return chosen;
  }

  public void setChosen(String chosen) {
    this.chosen = chosen;
  }

  public String getRepeated() {
    return repeated;
  }

  public void setRepeated(String repeated) {
    this.repeated = repeated;
  }
}
