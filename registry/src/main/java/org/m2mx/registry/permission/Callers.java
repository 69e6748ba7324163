package org.m2mx.registry.permission;

import java.util.Objects;
import java.util.regex.Pattern;
import org.m2mx.registry.Aor;
import org.m2mx.registry.DomainName;

/**
 * Those whom one line of a list is about. As text, which is also what the database compares: {@code
 * sip:alice@m2m-x.example}, {@code group:family}, {@code @m2m-x.example} or {@code *}, from the
 * most to the least specific.
 */
public sealed interface Callers {

  /**
   * A single caller.
   *
   * @param aor who
   */
  record One(Aor aor) implements Callers {
    /** Checks for null. */
    public One {
      Objects.requireNonNull(aor, "aor");
    }

    @Override
    public String toString() {
      return aor.toString();
    }
  }

  /**
   * The members of a group that the callee's ISP keeps.
   *
   * @param name 1 to {@value #MAX_NAME_LENGTH} letters, digits, dots, hyphens and underscores, in
   *     lower case
   */
  record Group(String name) implements Callers {
    /** The longest name, in characters. */
    public static final int MAX_NAME_LENGTH = 64;

    private static final Pattern NAME =
        Pattern.compile("[\\p{Ll}\\p{Lo}\\p{Nd}._-]{1," + MAX_NAME_LENGTH + "}");

    /**
     * @throws IllegalArgumentException when the name is not allowed
     */
    public Group {
      if (!NAME.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "A group's name is 1 to "
                + MAX_NAME_LENGTH
                + " small letters, digits, dots, hyphens and underscores");
      }
    }

    @Override
    public String toString() {
      return GROUP_PREFIX + name;
    }
  }

  /**
   * Everybody of the ISP that has a domain, in whichever of its domains their AOR is.
   *
   * @param domain any of the ISP's, put into lower case
   */
  record Domain(String domain) implements Callers {
    /**
     * @throws IllegalArgumentException when it is no domain
     */
    public Domain {
      domain = DomainName.normalise(domain);
    }

    @Override
    public String toString() {
      return "@" + domain;
    }
  }

  /** Whoever has proven to be somebody. */
  record Anyone() implements Callers {
    @Override
    public String toString() {
      return "*";
    }
  }

  /** Begins the text of a group. */
  String GROUP_PREFIX = "group:";

  /** A single caller. */
  static Callers one(Aor aor) {
    return new One(aor);
  }

  /**
   * Reads the text of one.
   *
   * @throws IllegalArgumentException when it is none; the message says what is allowed
   */
  static Callers parse(String text) {
    if (text.equals("*")) {
      return new Anyone();
    }
    if (text.startsWith("@")) {
      return new Domain(text.substring(1));
    }
    if (text.startsWith(GROUP_PREFIX)) {
      return new Group(text.substring(GROUP_PREFIX.length()));
    }
    if (text.startsWith("sip:") || text.startsWith("sips:")) {
      return new One(Aor.parse(text));
    }
    throw new IllegalArgumentException(
        "Callers are an address of record such as sip:alice@m2m-x.example, a group such as"
            + " group:family, a domain such as @m2m-x.example, or * for anyone");
  }
}
