package org.m2mx.ua.cli;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** What is wrong with a command line, in the words of who typed it. */
final class UsageProblem {
  /** An option as it is typed, {@code --account}, or with its value, {@code --account=FILE}. */
  private static final Pattern OPTION = Pattern.compile("(-[^=\\s]*).*", Pattern.DOTALL);

  private UsageProblem() {}

  /** Returns a sentence without its full stop, of which nothing but what was typed is unknown. */
  static String of(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched) {
      return unmatched(unmatched);
    }
    String message = String.valueOf(e.getMessage());
    return e instanceof MutuallyExclusiveArgsException
        ? message.replaceFirst("^Error: ", "")
        : message.replaceFirst("\\.+$", "");
  }

  private static String unmatched(UnmatchedArgumentException e) {
    String first = e.getUnmatched().get(0);
    Matcher option = OPTION.matcher(first);
    if (option.matches()) {
      return "There is no option " + option.group(1) + suggestion(e, "--");
    }
    boolean isCommand =
        !e.getCommandLine().getSubcommands().isEmpty()
            && e.getCommandLine().getCommandSpec().positionalParameters().isEmpty();
    return isCommand
        ? "There is no command " + first + suggestion(e, "")
        : "'" + first + "' is one argument too many";
  }

  private static String suggestion(UnmatchedArgumentException e, String prefix) {
    List<String> like =
        e.getSuggestions().stream().filter(text -> text.startsWith(prefix)).limit(2).toList();
    return like.isEmpty() ? "" : "; is it " + String.join(" or ", like) + "?";
  }
}
