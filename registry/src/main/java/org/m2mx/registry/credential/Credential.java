package org.m2mx.registry.credential;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import org.m2mx.registry.Aor;

/** One subscriber's HA1 for one algorithm, sealed. The password it comes from is kept nowhere. */
@Entity
class Credential {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(updatable = false)
  private Aor aor;

  @Column(updatable = false)
  private String algorithm;

  private byte[] sealed;

  /** For Jakarta Persistence. */
  protected Credential() {}

  Credential(Aor aor, DigestAlgorithm algorithm, byte[] sealed) {
    this.aor = aor;
    this.algorithm = algorithm.token();
    this.sealed = sealed;
  }
}
