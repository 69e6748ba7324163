package org.m2mx.sipcontainer.tls;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.m2mx.sipcontainer.config.InvalidSettingException;
import org.m2mx.sipcontainer.config.SipSettings;
import org.m2mx.sipcontainer.config.TlsSettings;

/**
 * TLS from files that may be replaced while the server runs: connections opened after that use the
 * new ones, those that exist stay. What cannot be used is not, and the server goes on with what it
 * has.
 */
public final class RenewableTls {
  private static final Logger LOG = System.getLogger(RenewableTls.class.getName());

  /** How long before its certificate expires the server begins to warn. */
  public static final Duration WARNED_BEFORE = Duration.ofDays(30);

  private static final Duration BETWEEN_WARNINGS = Duration.ofDays(1);

  private final TlsSettings settings;
  private final TlsMaterial material;
  private final Clock clock;
  private volatile TlsEngines engines;
  private volatile TlsIdentity identity;
  private List<String> loaded;
  private List<String> refused = List.of();
  private Instant nextWarning = Instant.MIN;

  /**
   * Loads the files, making them first where that is configured.
   *
   * @throws InvalidSettingException when they cannot be used
   */
  public RenewableTls(TlsSettings settings, Clock clock) {
    this.settings = settings;
    this.material = new TlsMaterial(settings, clock);
    this.clock = clock;
    load();
    loaded = stamps();
    warnOfExpiry();
  }

  /** Makes engines of the latest files that could be used. */
  public TlsEngines engines() {
    return engines;
  }

  /** The instant the certificate in use expires. */
  public Instant expiry() {
    return identity.expiry();
  }

  /** Looks whether the files have changed, takes them if so, and warns of expiry once a day. */
  public synchronized void refresh() {
    List<String> now = stamps();
    if (!now.equals(loaded) && !now.equals(refused)) {
      renew(now);
    }
    warnOfExpiry();
  }

  private void renew(List<String> stamps) {
    try {
      load();
      loaded = stamps;
      nextWarning = Instant.MIN;
    } catch (InvalidSettingException | IllegalStateException e) {
      refused = stamps;
      LOG.log(
          Level.WARNING,
          "TLS files have changed and are not taken, the old ones stay in use: {0}",
          e.getMessage());
    }
  }

  private void load() {
    TlsIdentity loadedIdentity = material.identity();
    engines = new TlsEngines(settings, loadedIdentity, material.trustAnchors());
    identity = loadedIdentity;
    LOG.log(
        Level.INFO,
        "TLS certificate {0}, SHA-256 {1}, expires {2}",
        identity.chain().get(0).getSubjectX500Principal(),
        identity.fingerprint(),
        identity.expiry());
  }

  private void warnOfExpiry() {
    Instant now = clock.instant();
    Duration left = Duration.between(now, identity.expiry());
    if (left.compareTo(WARNED_BEFORE) > 0 || now.isBefore(nextWarning)) {
      return;
    }
    nextWarning = now.plus(BETWEEN_WARNINGS);
    boolean fromKeyStore = settings.keyStore().isPresent();
    LOG.log(
        Level.WARNING,
        left.isNegative()
            ? "{0}={1}: the certificate has expired, peers refuse it; put a new one there"
            : "{0}={1}: the certificate expires in {2} days, put a new one there",
        fromKeyStore ? SipSettings.TLS_KEY_STORE : SipSettings.TLS_CERTIFICATE,
        settings.keyStore().orElse(settings.certificate()),
        left.toDays());
  }

  /** Changes whenever one of the files does; a file that is missing for a moment counts too. */
  private List<String> stamps() {
    List<Path> files = new ArrayList<>();
    settings.keyStore().ifPresentOrElse(files::add, () -> addPemFiles(files));
    settings.trust().ifPresent(files::add);
    return files.stream().map(RenewableTls::stamp).toList();
  }

  private void addPemFiles(List<Path> files) {
    files.add(settings.certificate());
    files.add(settings.privateKey());
  }

  private static String stamp(Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return Optional.ofNullable(attributes.fileKey()).orElse("")
          + " "
          + attributes.lastModifiedTime()
          + " "
          + attributes.size();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
