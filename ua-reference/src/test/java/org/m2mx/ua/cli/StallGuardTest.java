package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.m2mx.ua.data.DataChannel;

@Timeout(60)
class StallGuardTest {
  private final CountDownLatch aborted = new CountDownLatch(1);

  /** On which nothing moves. */
  private DataChannel still() {
    return (DataChannel)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DataChannel.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("abort")) {
                aborted.countDown();
              }
              return method.getReturnType() == long.class ? 7L : null;
            });
  }

  @Test
  void saysWhyAChannelBrokeThatItHasClosed() throws Exception {
    IOException broken = new IOException("Socket closed");
    try (StallGuard guard = new StallGuard(still(), Duration.ofSeconds(1))) {
      assertThat(guard.explain(broken)).isSameAs(broken);
      guard.watch();
      assertThat(aborted.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(guard.explain(broken)).hasMessage("nothing has moved for 1 s").hasCause(broken);
    }
  }
}
