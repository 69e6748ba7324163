package org.m2mx.registry.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.m2mx.registry.Aor;
import org.m2mx.registry.audit.Facts;
import org.m2mx.registry.credential.Token;

/** A link that hands a subscriber's account out, once and not for ever. */
@Entity
@Table(name = "account_link")
public class AccountLink {
  @Id private String aor;

  @Column(name = "token_hash")
  private String tokenHash;

  private Instant created;
  private Instant expires;

  /** For Jakarta Persistence. */
  protected AccountLink() {}

  AccountLink(Aor aor) {
    this.aor = aor.toString();
  }

  void renew(Token token, Instant now, Instant end) {
    tokenHash = token.hash();
    created = now;
    expires = end;
  }

  /** Whose account it is. */
  public Aor aor() {
    return Aor.parse(aor);
  }

  /** When it was made. */
  public Instant created() {
    return created;
  }

  /** When it stops working, used or not. */
  public Instant expires() {
    return expires;
  }

  Facts facts() {
    return Facts.of("link expires", expires);
  }
}
