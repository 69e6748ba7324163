package org.m2mx.console.signin;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.m2mx.console.account.QrCode;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.operator.WrongPasswordException;
import org.m2mx.registry.secondfactor.RecoveryCode;
import org.m2mx.registry.secondfactor.SecondFactor;
import org.m2mx.registry.secondfactor.SecondFactors;
import org.m2mx.registry.secondfactor.TotpSecret;
import org.m2mx.registry.secondfactor.WrongCodeException;

/** Where an operator has its app take the secret, and parts from it again. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class SecondFactorPage implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String PRESENT = "enrol:present";
  private static final String CODE = "enrol:code";
  private static final String PRESENT_AT_PARTING = "part:present";

  private final SecondFactors factors;
  private final SignedIn signedIn;
  private final SecureRandom random;
  private final Texts texts;

  private String present;
  private String code;
  // Never written to disk with a passivated session: the app takes another one then.
  private transient TotpSecret secret;
  private transient List<RecoveryCode> recoveryCodes;

  /** For the client proxy only. */
  protected SecondFactorPage() {
    this(null, null, null, null);
  }

  /**
   * @param factors the apps
   * @param signedIn whose it is
   * @param random where secrets come from
   * @param texts what to say
   */
  @Inject
  public SecondFactorPage(
      SecondFactors factors, SignedIn signedIn, SecureRandom random, Texts texts) {
    this.factors = factors;
    this.signedIn = signedIn;
    this.random = random;
    this.texts = texts;
  }

  /** The operator's app; null when it has none. */
  public SecondFactor getFactor() {
    return factors.own().orElse(null);
  }

  /** Whether the console opens only to operators like this one that have an app. */
  public boolean isForced() {
    return signedIn.isSecondFactorMissing();
  }

  /** What the app takes, to be typed. */
  public String getSecret() {
    return secret().reveal();
  }

  /** The same for its camera. */
  public String getPicture() {
    return QrCode.of(secret().uri(signedIn.getName()));
  }

  /** Has the app asked for from now on, and shows the recovery codes. */
  public void enrol() {
    try {
      recoveryCodes = factors.enrol(present, secret(), code);
      secret = null;
      signedIn.prove();
    } catch (WrongPasswordException e) {
      texts.wrong(PRESENT, "password.wrong");
    } catch (WrongCodeException e) {
      texts.wrong(CODE, "second-factor.differs");
    }
  }

  /** The recovery codes, right after they were made; empty at any other time. */
  public List<RecoveryCode> getRecoveryCodes() {
    return Optional.ofNullable(recoveryCodes).orElse(List.of());
  }

  /** Has the app asked for no longer. */
  public void part() {
    try {
      factors.remove(present);
    } catch (WrongPasswordException e) {
      texts.wrong(PRESENT_AT_PARTING, "password.wrong");
    }
  }

  /** What is typed is never shown again. */
  public String getPresent() {
    return null;
  }

  public void setPresent(String present) {
    this.present = present;
  }

  public String getCode() {
    return null;
  }

  public void setCode(String code) {
    this.code = code;
  }

  private TotpSecret secret() {
    if (secret == null) {
      secret = TotpSecret.generate(random);
    }
    return secret;
  }
}
