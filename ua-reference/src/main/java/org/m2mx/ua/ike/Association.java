package org.m2mx.ua.ike;

import java.util.List;
import java.util.Optional;
import org.m2mx.ua.vici.Section;

/**
 * An IKE association of the daemon's, and the tunnels that have come about by it: as a rule one,
 * and two where the two devices have called each other.
 *
 * @param id the daemon's number
 * @param connection by which it has come; any that admits the peer
 * @param children the tunnels
 */
record Association(String id, ConnectionName connection, List<Section> children) {

  /**
   * Reads what the daemon says of one.
   *
   * @param connection the name of the connection by which it has come
   * @param contents what it has
   * @return the association; empty if it is none of a user agent's
   */
  static Optional<Association> parse(String connection, Section contents) {
    return ConnectionName.parse(connection)
        .flatMap(
            name ->
                contents.text("uniqueid").map(id -> new Association(id, name, children(contents))));
  }

  private static List<Section> children(Section contents) {
    return contents.section("child-sas").stream()
        .flatMap(children -> children.sections().values().stream())
        .toList();
  }

  /** Says whether it has a tunnel for one of these sessions, or may be about to have. */
  boolean isNeededBy(List<ConnectionName> sessions) {
    return children.isEmpty()
        ? sessions.contains(connection)
        : sessions.stream().anyMatch(session -> children.stream().anyMatch(session::isFor));
  }

  /** Returns the daemon's numbers of a session's tunnels. */
  List<String> childrenOf(ConnectionName session) {
    return children.stream()
        .filter(session::isFor)
        .flatMap(child -> child.text("uniqueid").stream())
        .toList();
  }

  /** Returns what a session's tunnel encrypts by; empty if it does not stand. */
  Optional<String> cipher(ConnectionName session) {
    return children.stream()
        .filter(session::isFor)
        .filter(child -> child.text("state").filter("INSTALLED"::equals).isPresent())
        .map(Association::cipher)
        .findFirst();
  }

  private static String cipher(Section child) {
    return child.text("encr-alg").orElse("ESP")
        + child.text("encr-keysize").map(size -> "_" + size).orElse("");
  }
}
