package org.m2mx.registry.bulk;

import java.util.List;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Password;

/**
 * What a line of a file of subscribers says.
 *
 * @param number where in the file it begins, from 1
 * @param aor the subscriber's name; null when it cannot be made out
 * @param password what it is to prove itself with; null when a link is to make a password
 * @param legacy whether it may use MD5
 * @param problems what is wrong with the line by itself
 */
public record Line(int number, Aor aor, Password password, boolean legacy, List<Problem> problems) {
  /** Copies the problems. */
  public Line {
    problems = List.copyOf(problems);
  }

  /** A line of which nothing can be made. */
  public static Line unreadable(Problem problem) {
    return new Line(problem.line(), null, null, false, List.of(problem));
  }
}
