package org.m2mx.registry.api;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What a program was answered, under the name that it gave its request. */
@Entity
@Table(name = "api_answer")
class ApiAnswer {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long id;

  @Column(name = "api_key_id", updatable = false)
  private long apiKey;

  @Column(updatable = false)
  private String name;

  @Column(name = "request_hash", updatable = false)
  private String requestHash;

  private byte[] sealed;

  @Column(updatable = false)
  private Instant created;

  protected ApiAnswer() {}

  ApiAnswer(long apiKey, String name, String requestHash, Instant created) {
    this.apiKey = apiKey;
    this.name = name;
    this.requestHash = requestHash;
    this.created = created;
  }

  String requestHash() {
    return requestHash;
  }

  byte[] sealed() {
    return sealed.clone();
  }

  void seal(byte[] answer) {
    sealed = answer.clone();
  }
}
