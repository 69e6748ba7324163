package org.m2mx.ua.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.m2mx.ua.Session;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.data.DataChannel;
import org.m2mx.ua.forward.ForwardException;
import org.m2mx.ua.forward.PortExposure;

/** Lets callers connect to ports of this machine. */
final class ExposeService implements Service {
  private final Terminal terminal;
  private final PortExposure exposure;

  ExposeService(Terminal terminal, Set<Integer> ports) {
    this.terminal = terminal;
    this.exposure = new PortExposure(ports);
  }

  @Override
  public void serve(Session session) throws UserAgentException, InterruptedException {
    DataChannel channel = Piping.stream(session);
    while (!session.ended().isDone()) {
      try {
        exposure.serve(
            channel.input(),
            channel.output(),
            channel::abort,
            new Connections(terminal, session.peer()));
        return;
      } catch (ForwardException e) {
        throw failure(e, "Have the caller use m2mx-ua forward");
      } catch (IOException e) {
        Optional<DataChannel> next = session.next(channel, Piping.FOLLOWING);
        if (next.isEmpty() && !session.ended().isDone()) {
          throw Piping.broken(session, e);
        }
        channel = next.orElse(channel);
      }
    }
  }

  static UserAgentException failure(ForwardException e, String remedy) {
    return new UserAgentException(Reason.NO_COMMON_PROTOCOL, e.getMessage(), remedy, e);
  }
}
