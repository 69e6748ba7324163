package org.m2mx.bench.command;

import java.io.IOException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bench all}. */
@Command(
    name = "all",
    description = "register, then invite, on the same servers.",
    mixinStandardHelpOptions = true)
public final class AllCommand implements Callable<Integer> {
  @Mixin private Setting setting = new Setting();

  /** For picocli. */
  public AllCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException, SQLException {
    try (Stage stage = Stage.open(setting)) {
      setting.result(new RegisterCommand().measure(setting, stage));
      setting.result(new InviteCommand().measure(setting, stage));
    }
    return 0;
  }
}
