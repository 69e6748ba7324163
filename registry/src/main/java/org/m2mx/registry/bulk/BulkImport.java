package org.m2mx.registry.bulk;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A file of subscribers, and what became of it.
 *
 * @param id its key
 * @param domain the ISP whose subscribers they are to be
 * @param fileName what the file was called, at most {@value #MAX_NAME_LENGTH} characters
 * @param actor who brought it
 * @param begun when
 * @param finished when the check or the import ended; empty until then
 * @param state how far it is
 * @param lines how many accounts it holds
 * @param problems how many things are wrong with it
 * @param linksUntil until when its links can be shown again; empty when it has none, they were
 *     forgotten, or the accounts are not open
 */
public record BulkImport(
    UUID id,
    String domain,
    String fileName,
    String actor,
    Instant begun,
    Optional<Instant> finished,
    State state,
    int lines,
    int problems,
    Optional<Instant> linksUntil) {
  /** The longest name that is kept of a file, in characters. */
  public static final int MAX_NAME_LENGTH = 255;

  /** How far an import is. No account is open before it is {@link #IMPORTED}, and then all are. */
  public enum State {
    /** The file is being read. */
    CHECKING,
    /** The server stopped while it was read, or could not read on. */
    INTERRUPTED,
    /** Something is wrong with it. */
    REFUSED,
    /** Every account in it can be opened. */
    CHECKED,
    /** Every account in it is open. */
    IMPORTED
  }
}
