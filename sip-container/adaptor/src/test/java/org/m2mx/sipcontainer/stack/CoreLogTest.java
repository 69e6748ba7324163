package org.m2mx.sipcontainer.stack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mobicents.servlet.sip.core.DispatcherException;

/** What the core's log lines become: it puts whole messages into them, credentials and all. */
class CoreLogTest {
  private static final String NAME = "org.m2mx.sipcontainer.stack.CoreLogTest";
  private static final String MESSAGE =
      "BYE sip:a@b SIP/2.0\r\nAuthorization: Digest response=\"deadbeef\"\r\n";

  private final java.util.logging.Logger target = java.util.logging.Logger.getLogger(NAME);
  private final List<LogRecord> records = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord entry) {
          records.add(entry);
        }

        @Override
        public void flush() {
          // Nothing is held back.
        }

        @Override
        public void close() {
          // Nothing is open.
        }
      };

  @BeforeEach
  void listen() {
    target.addHandler(handler);
  }

  @AfterEach
  void leave() {
    target.removeHandler(handler);
    target.setLevel(null);
  }

  @Test
  void aFailureIsOneLineWithItsRootAndWithoutTheMessage() {
    org.apache.log4j.Logger.getLogger(NAME)
        .error(
            "Failed on " + MESSAGE,
            new IllegalStateException(
                "while routing " + MESSAGE, new ArithmeticException("cause")));

    assertThat(records)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.getMessage())
                  .isEqualTo(
                      "Failed on BYE sip:a@b SIP/2.0 (java.lang.ArithmeticException: cause)");
              assertThat(entry.getThrown()).isNull();
            });
  }

  @Test
  void whatAPeerIsRefusedForIsNoFailureAndWhatFailsHereIs() {
    org.apache.log4j.Logger log = org.apache.log4j.Logger.getLogger(NAME + ".whose");
    log.error("Refused", new DispatcherException(481, "no dialog"));
    log.error("Failed", new DispatcherException(500, "no application"));
    log.error("Failed", new IllegalStateException(new ConnectException("the database is down")));

    assertThat(records)
        .extracting(LogRecord::getLevel)
        .containsExactly(Level.INFO, Level.SEVERE, Level.SEVERE);
  }

  @Test
  void whatStrangersCauseFillsNoDisk() {
    org.apache.log4j.Logger log = org.apache.log4j.Logger.getLogger(NAME + ".flood");
    for (int i = 0; i < 10_000; i++) {
      log.error("Failed on " + MESSAGE);
    }

    assertThat(records).hasSizeBetween(10, 1000);
  }

  @Test
  void whoAsksForMoreGetsAllOfIt() {
    target.setLevel(Level.FINE);
    org.apache.log4j.Logger.getLogger(NAME)
        .error("Failed on " + MESSAGE, new ArithmeticException("cause"));

    assertThat(records)
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.getMessage()).contains("deadbeef");
              assertThat(entry.getThrown()).isInstanceOf(ArithmeticException.class);
            });
  }
}
