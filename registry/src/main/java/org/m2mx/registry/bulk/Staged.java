package org.m2mx.registry.bulk;

import java.util.Map;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.DigestAlgorithm;

/**
 * An account as it will be opened.
 *
 * @param line where in the file it stands
 * @param tokenHash of its link; null when it has a password
 * @param sealed its credentials; none when it has a link
 */
record Staged(
    int line, Aor aor, boolean legacy, String tokenHash, Map<DigestAlgorithm, byte[]> sealed) {}
