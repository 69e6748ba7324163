package org.m2mx.bench.command;

import java.io.IOException;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.Device;
import org.m2mx.bench.load.LoadGenerator;
import org.m2mx.bench.load.LoadResult;
import org.m2mx.bench.load.Registering;
import org.m2mx.bench.load.UdpPort;
import org.m2mx.bench.server.SipServer;

/** Devices that register, one after the other, over and over. */
final class RegisterLoad implements Rounds.Load {
  private static final int EXPIRES = 3600;
  private static final int GENTLE = 500;

  private final UdpPort port;
  private final LoadGenerator generator;
  private final int accounts;

  RegisterLoad(SipServer server, int accounts) throws IOException {
    this.accounts = accounts;
    this.port = new UdpPort(server.address());
    this.generator = new LoadGenerator(port, this::registering);
  }

  private Registering registering(long number) {
    Device device = Device.number((int) (number % accounts));
    return new Registering(
        device,
        "r" + Long.toString(number, Character.MAX_RADIX) + '-' + port.number(),
        "UDP " + port.hostPort(),
        "sip:" + device.user() + '@' + port.hostPort(),
        EXPIRES);
  }

  @Override
  public void prepare() throws IOException {
    LoadResult first = generator.run(GENTLE, accounts / 2);
    if (first.succeeded() == 0) {
      throw new BenchException("No device could register: " + first);
    }
    generator.run(2 * GENTLE, accounts - accounts / 2);
  }

  @Override
  public LoadGenerator generator() {
    return generator;
  }

  @Override
  public void close() throws IOException {
    port.close();
  }
}
