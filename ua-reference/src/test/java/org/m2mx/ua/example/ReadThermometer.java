package org.m2mx.ua.example;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.m2mx.ua.Aor;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.sdp.DataProtocol;

/** Calls a {@link Thermometer} and prints some of its readings. */
public final class ReadThermometer {
  private ReadThermometer() {}

  /** Arguments: the account file, whom to call, and how many readings to wait for. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Path account = Path.of(args[0]);
    try {
      Device device = Device.open(account.resolveSibling("device"), Clock.systemUTC());
      try (UserAgent userAgent = new UserAgent(AccountFile.read(account), device)) {
        userAgent.register();
        read(userAgent, Aor.parse(args[1]), Integer.parseInt(args[2]));
      }
    } catch (UserAgentException e) {
      System.err.println(e.getMessage());
      System.exit(e.reason() == UserAgentException.Reason.USER_UNKNOWN ? 2 : 1);
    }
  }

  private static void read(UserAgent userAgent, Aor thermometer, int readings)
      throws UserAgentException, IOException, InterruptedException {
    try (Session session =
            userAgent.call(thermometer, Duration.ofSeconds(30), List.of(DataProtocol.TCP_TLS));
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(session.channel().input(), StandardCharsets.US_ASCII))) {
      for (int i = 0; i < readings; i++) {
        double celsius = Integer.parseInt(lines.readLine()) / 1000.0;
        System.out.printf(Locale.ROOT, "%.1f degrees Celsius%n", celsius);
      }
    }
  }
}
