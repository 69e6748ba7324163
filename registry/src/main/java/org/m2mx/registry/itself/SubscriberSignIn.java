package org.m2mx.registry.itself;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.Serializable;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Credentials;
import org.m2mx.registry.credential.DigestAlgorithm;
import org.m2mx.registry.credential.Ha1;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.guard.Guard;

/**
 * Lets subscribers in with what their devices prove themselves with. A wrong password here is one
 * more for the guard that counts the devices' wrong proofs, and whom it has shut out is not let in
 * here either.
 */
@ApplicationScoped
public class SubscriberSignIn {
  private static final Logger LOG = System.getLogger(SubscriberSignIn.class.getName());
  private static final DigestAlgorithm ALGORITHM = DigestAlgorithm.SHA_256;

  private final Credentials credentials;
  private final Guard guard;

  /** For the client proxy only. */
  protected SubscriberSignIn() {
    this(null, null);
  }

  /**
   * @param credentials what is compared with
   * @param guard counts what is wrong
   */
  @Inject
  public SubscriberSignIn(Credentials credentials, Guard guard) {
    this.credentials = credentials;
    this.guard = guard;
  }

  /**
   * Who was let in, with which password.
   *
   * @param aor who
   * @param mark changes with the password, and does not give it away
   */
  public record Pass(Aor aor, String mark) implements Serializable {
    /** Checks for null. */
    public Pass {
      Objects.requireNonNull(aor, "aor");
      Objects.requireNonNull(mark, "mark");
    }
  }

  /**
   * Checks a password. The same is done, and the same answered, for a subscriber that there is not,
   * that is suspended, and for a wrong password.
   *
   * @param password as it was typed
   * @param source the address literal it came from
   * @return empty when it is wrong, or whoever comes from there is shut out
   */
  public Optional<Pass> signIn(Aor aor, String password, String source) {
    var ha1 = credentials.ha1(aor, ALGORITHM);
    if (fits(ha1, aor, password)) {
      var shutOut = guard.right(aor, source);
      LOG.log(
          shutOut.isEmpty() ? Level.INFO : Level.WARNING,
          "Subscriber {0} {1}, from {2}",
          aor,
          shutOut.isEmpty() ? "signed in" : "kept out: " + shutOut.get().cause(),
          source);
      return shutOut.isEmpty() ? Optional.of(new Pass(aor, mark(ha1))) : Optional.empty();
    }
    guard.wrong(aor, source);
    LOG.log(Level.INFO, "Wrong sign-in for {0}, from {1}", aor, source);
    return Optional.empty();
  }

  /** Whether somebody who was let in still is: it is served, and has the same password. */
  public boolean holds(Pass pass) {
    var ha1 = credentials.ha1(pass.aor(), ALGORITHM);
    return ha1.genuine() & pass.mark().equals(mark(ha1));
  }

  private static boolean fits(Ha1 ha1, Aor aor, String password) {
    var claimed = ALGORITHM.ha1(aor.user(), aor.domain(), fitting(password));
    return ha1.genuine() & MessageDigest.isEqual(ha1.octets(), claimed);
  }

  /** What cannot be anybody's password is compared too, as one that nobody has. */
  private static Password fitting(String password) {
    try {
      return Password.of(password);
    } catch (IllegalArgumentException e) {
      return Password.of("?".repeat(Password.MAX_LENGTH));
    }
  }

  private static String mark(Ha1 ha1) {
    return HexFormat.of().formatHex(ALGORITHM.newDigest().digest(ha1.octets()));
  }
}
