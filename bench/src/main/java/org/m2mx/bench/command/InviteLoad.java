package org.m2mx.bench.command;

import java.io.IOException;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.Callee;
import org.m2mx.bench.load.CalleePort;
import org.m2mx.bench.load.Calling;
import org.m2mx.bench.load.Device;
import org.m2mx.bench.load.LoadGenerator;
import org.m2mx.bench.load.LoadResult;
import org.m2mx.bench.load.Registering;
import org.m2mx.bench.load.UdpPort;
import org.m2mx.bench.server.SipServer;

/** Devices of even numbers call the next odd one, which has permitted it and is registered. */
final class InviteLoad implements Rounds.Load {
  private static final int EXPIRES = 7200;
  private static final int REGISTERED_PER_SECOND = 200;
  private static final int TRIES = 8;
  private static final int GENTLE = 100;
  private static final int GENTLE_SECONDS = 5;

  private final UdpPort callers;
  private final UdpPort callees;
  private final int pairs;
  private final LoadGenerator generator;
  private CalleePort answering;

  InviteLoad(SipServer server, int accounts) throws IOException {
    this.pairs = accounts / 2;
    this.callers = new UdpPort(server.address());
    this.callees = new UdpPort(server.address());
    this.generator = new LoadGenerator(callers, this::calling);
  }

  private Calling calling(long number) {
    int caller = (int) (number % pairs) * 2;
    return new Calling(
        Device.number(caller),
        Device.number(caller + 1),
        "i" + Long.toString(number, Character.MAX_RADIX) + '-' + callers.number(),
        "UDP " + callers.hostPort(),
        "sip:caller@" + callers.hostPort());
  }

  private Registering registering(long number) {
    Device device = Device.number((int) (number % pairs) * 2 + 1);
    return new Registering(
        device,
        "c" + Long.toString(number, Character.MAX_RADIX) + '-' + callees.number(),
        "UDP " + callees.hostPort(),
        "sip:" + device.user() + '@' + callees.hostPort(),
        EXPIRES);
  }

  @Override
  public void prepare() throws IOException {
    registerCallees();
    answering = new CalleePort(callees, new Callee("sip:callee@" + callees.hostPort()));
    LoadResult first = generator.run(GENTLE, GENTLE * GENTLE_SECONDS);
    if (first.succeeded() == 0) {
      throw new BenchException("No call came through: " + first);
    }
  }

  /** A server that has just started may shed some of them; they come again, as devices do. */
  private void registerCallees() throws IOException {
    LoadGenerator registrations = new LoadGenerator(callees, this::registering);
    LoadResult registered = registrations.run(REGISTERED_PER_SECOND, pairs);
    for (int again = 0; !registered.failures().isEmpty() && again < TRIES; again++) {
      registered = registrations.run(REGISTERED_PER_SECOND, pairs);
    }
    if (!registered.failures().isEmpty()) {
      throw new BenchException("The callees could not register: " + registered);
    }
  }

  @Override
  public LoadGenerator generator() {
    return generator;
  }

  @Override
  public void close() throws IOException {
    if (answering != null) {
      answering.close();
    }
    callees.close();
    callers.close();
  }
}
