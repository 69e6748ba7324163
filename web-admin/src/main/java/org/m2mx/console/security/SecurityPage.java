package org.m2mx.console.security;

import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.Serializable;
import java.util.List;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.guard.AddressBlock;
import org.m2mx.registry.guard.ShutOut;
import org.m2mx.registry.guard.ShutOuts;
import org.m2mx.registry.handshake.FailedHandshakes;
import org.m2mx.registry.handshake.FailedHandshakes.Failures;

/** Who is kept out: guessers by the guard, devices by TLS. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class SecurityPage implements Serializable {
  private static final long serialVersionUID = 1L;

  private final ShutOuts guard;
  private final FailedHandshakes handshakes;
  private final SignedIn signedIn;
  private final Texts texts;

  private transient List<ShutOut> shutOuts;

  /** For the client proxy only. */
  protected SecurityPage() {
    this(null, null, null, null);
  }

  /**
   * @param guard who is shut out
   * @param handshakes who came no further than TLS
   * @param signedIn whose accounts it is about
   * @param texts what to say
   */
  @Inject
  public SecurityPage(ShutOuts guard, FailedHandshakes handshakes, SignedIn signedIn, Texts texts) {
    this.guard = guard;
    this.handshakes = handshakes;
    this.signedIn = signedIn;
    this.texts = texts;
  }

  /** Those about the operator's accounts, the latest first. */
  public List<ShutOut> getShutOuts() {
    if (shutOuts == null) {
      shutOuts = guard.list(signedIn.getDomain());
    }
    return shutOuts;
  }

  /** Ends a shut-out before its time. */
  public void lift(ShutOut shutOut) {
    try {
      guard.lift(signedIn.getDomain(), shutOut);
      texts.done("shut-out.lifted");
    } catch (NotFoundException e) {
      texts.refused("shut-out.over");
    }
    shutOuts = null;
  }

  /** Looks again. */
  public void refresh() {
    shutOuts = null;
  }

  /** From where nothing is counted. */
  public List<AddressBlock> getAllowed() {
    return guard.allowed();
  }

  /** What a failure means. */
  public HandshakeCause cause(Failures failure) {
    return HandshakeCause.of(failure.reason());
  }

  /** The handshakes that failed, the latest first. */
  public List<Failures> getFailures() {
    return handshakes.list();
  }
}
