package org.m2mx.ua.example;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.m2mx.ua.IncomingCall;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgent;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.sdp.DataProtocol;

/** A device: tells whoever may call it the temperature, a line each second. */
public final class Thermometer {
  private final Path sensor;

  private Thermometer(Path sensor) {
    this.sensor = sensor;
  }

  /** Arguments: the account file, and the sensor, such as /sys/class/thermal/thermal_zone0/temp. */
  public static void main(String[] args) throws UserAgentException, InterruptedException {
    Path account = Path.of(args[0]);
    Device device = Device.open(account.resolveSibling("device"), Clock.systemUTC());
    UserAgent userAgent = new UserAgent(AccountFile.read(account), device);
    // Ctrl-C ends calls with BYE, closes their holes in the firewall, and unregisters.
    Runtime.getRuntime().addShutdownHook(new Thread(userAgent::close));
    userAgent.onCall(new Thermometer(Path.of(args[1]))::answer);
    System.out.println(userAgent.register().aor() + " is on line");
    new CountDownLatch(1).await();
  }

  private void answer(IncomingCall call) throws UserAgentException, InterruptedException {
    try (Session session = call.accept(List.of(DataProtocol.TCP_TLS))) {
      Future<Void> ended = session.ended();
      PrintStream out =
          new PrintStream(session.channel().output(), true, StandardCharsets.US_ASCII);
      try {
        while (!ended.isDone() && !out.checkError()) {
          out.println(Files.readString(sensor).strip());
          Thread.sleep(1_000);
        }
      } catch (IOException e) {
        // close() alone would tell the caller that this was all.
        session.breakOff();
        throw new UncheckedIOException("The sensor does not answer", e);
      }
    }
  }
}
