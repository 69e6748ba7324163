package org.m2mx.registry.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.event.TransactionPhase;
import jakarta.inject.Inject;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.sql.DataSource;
import org.m2mx.registry.Aor;
import org.m2mx.registry.isp.IspChanged;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.subscriber.SubscriberChanged;

/**
 * What subscribers prove themselves with. Looked up in memory, where it is sealed as it is in the
 * database; what comes out of the seal lives as long as the check it is for.
 */
@ApplicationScoped
public class Credentials {
  private static final Logger LOG = System.getLogger(Credentials.class.getName());
  private static final String HMAC = "HmacSHA256";

  private static final Aor NOBODY = new Aor("nobody", "invalid");

  private final EntityManager entities;
  private final KnownAccounts accounts;
  private final CredentialSeal seal;
  private final Mac decoy;
  private final String keyFingerprint;
  private final Map<DigestAlgorithm, byte[]> sealedDecoys = new EnumMap<>(DigestAlgorithm.class);

  /** For the client proxy only. */
  protected Credentials() {
    entities = null;
    accounts = null;
    seal = null;
    decoy = null;
    keyFingerprint = null;
  }

  /**
   * @param entities the registry's persistence context
   * @param database the registry's database
   * @param key what credentials are sealed with
   * @param random where nonces come from
   */
  @Inject
  public Credentials(
      EntityManager entities, DataSource database, RegistryKey key, SecureRandom random) {
    this.entities = entities;
    this.accounts = new KnownAccounts(database);
    this.seal = new CredentialSeal(key, random);
    this.decoy = keyed(key.derive("decoy HA1", HMAC));
    this.keyFingerprint =
        HexFormat.of().formatHex(mac(keyed(key.derive("fingerprint", HMAC)), "registry"));
    for (var algorithm : DigestAlgorithm.values()) {
      sealedDecoys.put(algorithm, seal.seal(NOBODY, algorithm, new byte[algorithm.octets()]));
    }
  }

  /**
   * The HA1 to check a digest response against. Somebody active with that algorithm gets the
   * genuine one; for anybody else, the unknown and the suspended, it is a decoy, the same at every
   * call, made with the same work: one look into memory, one decryption, one keyed hash.
   *
   * @param aor who is said to answer
   * @param algorithm the hash of the challenge
   * @throws RegistryKeyException when the stored value does not open
   * @throws CredentialsUnavailableException when the account was changed and the database does not
   *     say how
   */
  public Ha1 ha1(Aor aor, DigestAlgorithm algorithm) {
    var standing = accounts.find(aor, algorithm);
    var sealed = standing.sealed();
    var stored =
        sealed == null
            ? seal.open(NOBODY, algorithm, sealedDecoys.get(algorithm))
            : seal.open(aor, algorithm, sealed);
    var decoy = decoy(aor, algorithm);
    var genuine = sealed != null & standing.active();
    return new Ha1(genuine ? stored : decoy, genuine);
  }

  /**
   * Reads all accounts into memory.
   *
   * @throws CredentialsUnavailableException when the database does not give them
   */
  public void load(@Observes SchemaReady ready) {
    var begun = System.nanoTime();
    try {
      var count = accounts.load();
      LOG.log(
          Level.INFO,
          "{0} accounts in memory after {1} ms",
          count,
          TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun));
    } catch (SQLException e) {
      throw new CredentialsUnavailableException("The accounts cannot be read", e);
    }
  }

  /** An account was changed. */
  public void subscriber(
      @Observes(during = TransactionPhase.AFTER_COMPLETION) SubscriberChanged subscriber) {
    accounts.changed(subscriber.aor());
  }

  /** An ISP was changed. */
  public void isp(@Observes(during = TransactionPhase.AFTER_COMPLETION) IspChanged isp) {
    isp.domains().forEach(accounts::changed);
    if (isp.deleted()) {
      accounts.deleted(isp.domains());
    }
  }

  /**
   * Replaces what a subscriber proves itself with; the old password stops working.
   *
   * @param aor a subscriber
   * @param password the new password, of which only hashes are kept
   * @param legacy whether to keep an MD5 hash too
   */
  @Transactional(Transactional.TxType.MANDATORY)
  public void replace(Aor aor, Password password, boolean legacy) {
    entities
        .createQuery("delete from Credential c where c.aor = :aor")
        .setParameter("aor", aor)
        .executeUpdate();
    sealedFor(aor, password, legacy)
        .forEach((algorithm, hash) -> entities.persist(new Credential(aor, algorithm, hash)));
  }

  /**
   * What is kept of a password: its hashes, sealed for a subscriber.
   *
   * @param legacy whether to make an MD5 hash too
   */
  public Map<DigestAlgorithm, byte[]> sealedFor(Aor aor, Password password, boolean legacy) {
    var hashes = new EnumMap<DigestAlgorithm, byte[]>(DigestAlgorithm.class);
    for (var algorithm : DigestAlgorithm.values()) {
      if (legacy || algorithm != DigestAlgorithm.MD5) {
        var ha1 = algorithm.ha1(aor.user(), aor.domain(), password);
        hashes.put(algorithm, seal.seal(aor, algorithm, ha1));
      }
    }
    return hashes;
  }

  /**
   * Makes sure that the credentials in the database are sealed with this key, before anybody relies
   * on it.
   *
   * @throws RegistryKeyException when they are sealed with another
   */
  @Transactional
  public void checkKey(@Observes SchemaReady ready) {
    var known =
        entities
            .createNativeQuery("select fingerprint from sealing_key")
            .getResultStream()
            .findFirst();
    if (known.isEmpty()) {
      entities
          .createNativeQuery("insert into sealing_key (id, fingerprint) values (1, ?1)")
          .setParameter(1, keyFingerprint)
          .executeUpdate();
    } else if (!keyFingerprint.equals(known.get())) {
      throw new RegistryKeyException(
          "The credentials in the database are sealed with another key than the one in the"
              + " registry's key file: put back the key file that belongs to this database, or name"
              + " it with m2mx.registry.key-file");
    }
  }

  private byte[] decoy(Aor aor, DigestAlgorithm algorithm) {
    return Arrays.copyOf(mac(decoy, aor + " " + algorithm.token()), algorithm.octets());
  }

  private static Mac keyed(SecretKey key) {
    try {
      var mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + HMAC, e);
    }
  }

  /** A copy of one that has its key is had for less than a new one. */
  private static byte[] mac(Mac keyed, String text) {
    try {
      return ((Mac) keyed.clone()).doFinal(text.getBytes(UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("The JDK's " + HMAC + " can be copied", e);
    }
  }
}
