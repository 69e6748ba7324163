package org.m2mx.ua.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** {@code m2mx-ua} as a user starts it, a process of its own. */
public final class UserAgentProcess extends RunningCommand {
  private UserAgentProcess(List<String> command) throws IOException {
    super(new ProcessBuilder(command));
  }

  /** Starts it; it is the one that the build made. */
  public static UserAgentProcess start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("m2mx.ua")));
    command.addAll(List.of(arguments));
    return new UserAgentProcess(command);
  }
}
