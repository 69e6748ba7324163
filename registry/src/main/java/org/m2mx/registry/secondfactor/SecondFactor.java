package org.m2mx.registry.secondfactor;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** An operator's authenticator app, and what has been shown of it so far. */
@Entity
@Table(name = "second_factor")
public class SecondFactor {
  /** How many wrong codes in a row lock it. */
  static final int MAX_FAILURES = 5;

  /** For how long nothing is believed then. */
  static final Duration LOCK = Duration.ofMinutes(15);

  @Id
  @Column(name = "operator_id")
  private Long operatorId;

  @Column(name = "sealed_secret", updatable = false)
  private byte[] sealedSecret;

  @Column(updatable = false)
  private Instant enrolled;

  @Column(name = "last_step")
  private long lastStep;

  private int failures;

  @Column(name = "locked_until")
  private Instant lockedUntil;

  @ElementCollection
  @CollectionTable(name = "recovery_code", joinColumns = @JoinColumn(name = "operator_id"))
  @Column(name = "code_hash")
  private Set<String> recoveryCodes;

  /** For Jakarta Persistence. */
  protected SecondFactor() {}

  SecondFactor(
      long operatorId, byte[] sealedSecret, Instant enrolled, long step, List<RecoveryCode> codes) {
    this.operatorId = operatorId;
    this.sealedSecret = sealedSecret;
    this.enrolled = enrolled;
    this.lastStep = step;
    this.recoveryCodes = new HashSet<>();
    codes.forEach(code -> recoveryCodes.add(code.hash()));
  }

  /** Since when it is asked for. */
  public Instant enrolled() {
    return enrolled;
  }

  /** How many recovery codes have not been used. */
  public int recoveryCodesLeft() {
    return recoveryCodes.size();
  }

  /** Tells this app from one that was there before or comes after. */
  public String mark() {
    return operatorId + ":" + enrolled;
  }

  byte[] sealedSecret() {
    return sealedSecret.clone();
  }

  long lastStep() {
    return lastStep;
  }

  boolean lockedAt(Instant now) {
    return lockedUntil != null && now.isBefore(lockedUntil);
  }

  void accept(long step) {
    lastStep = step;
    forgive();
  }

  boolean spend(RecoveryCode code) {
    var spent = recoveryCodes.remove(code.hash());
    if (spent) {
      forgive();
    }
    return spent;
  }

  void refuse(Instant now) {
    failures++;
    if (failures >= MAX_FAILURES) {
      failures = 0;
      lockedUntil = now.plus(LOCK);
    }
  }

  private void forgive() {
    failures = 0;
    lockedUntil = null;
  }
}
