package org.m2mx.sipcontainer.security;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.servlet.sip.AuthInfo;
import javax.servlet.sip.SipServletResponse;

/** The passwords an application has to answer challenges with (JSR 289 section 17.1). */
public final class KnownPasswords implements AuthInfo {
  private final List<Entry> entries = new ArrayList<>();

  /** A user's name and password; {@code toString} tells the name alone. */
  record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login[username=%s]".formatted(username);
    }
  }

  private record Entry(int status, String realm, Login login) {}

  /**
   * One password, whatever status and realm it is asked for by.
   *
   * @param username the user's name
   * @param password his password
   */
  public static KnownPasswords only(String username, String password) {
    KnownPasswords passwords = new KnownPasswords();
    passwords.entries.add(new Entry(0, null, new Login(username, password)));
    return passwords;
  }

  @Override
  public void addAuthInfo(int statusCode, String realm, String username, String password) {
    if (statusCode != SipServletResponse.SC_UNAUTHORIZED
        && statusCode != SipServletResponse.SC_PROXY_AUTHENTICATION_REQUIRED) {
      throw new IllegalArgumentException(
          "a challenge is a 401 or a 407, not a %d".formatted(statusCode));
    }
    Login login =
        new Login(
            Objects.requireNonNull(username, "username"),
            Objects.requireNonNull(password, "password"));
    entries.add(new Entry(statusCode, Objects.requireNonNull(realm, "realm"), login));
  }

  /** The latest that fits. */
  Optional<Login> find(int status, String realm) {
    return entries.stream()
        .filter(entry -> entry.realm() == null || entry.realm().equals(realm))
        .filter(entry -> entry.status() == 0 || entry.status() == status)
        .reduce((earlier, later) -> later)
        .map(Entry::login);
  }
}
