package org.m2mx.sipcontainer.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.sipcontainer.config.SipSettings;

class RenewableTlsTest {
  @TempDir private Path folder;

  @Test
  void warnsOnceADayOfACertificateThatIsAboutToExpire() {
    Map<String, String> settings =
        Map.of(
            "sip.tls.certificate", folder.resolve("certificate.pem").toString(),
            "sip.tls.private-key", folder.resolve("private-key.pem").toString(),
            "sip.tls.self-signed-hosts", "localhost");
    AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    InstantSource source = now::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    List<String> warnings = new ArrayList<>();
    Logger log = Logger.getLogger(RenewableTls.class.getName());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (line.getLevel() == Level.WARNING) {
              warnings.add(java.text.MessageFormat.format(line.getMessage(), line.getParameters()));
            }
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
    log.addHandler(handler);
    try {
      RenewableTls tls =
          new RenewableTls(
              SipSettings.from(key -> Optional.ofNullable(settings.get(key))).tls(), clock);
      tls.refresh();
      assertThat(warnings).isEmpty();
      now.set(tls.expiry().minus(Duration.ofDays(12)).minusSeconds(60));
      tls.refresh();
      tls.refresh();
      assertThat(warnings)
          .containsExactly(
              "sip.tls.certificate=%s: the certificate expires in 12 days, put a new one there"
                  .formatted(folder.resolve("certificate.pem")));
      now.set(tls.expiry().plusSeconds(1));
      tls.refresh();
      assertThat(warnings)
          .last()
          .asString()
          .startsWith("sip.tls.certificate=")
          .contains("has expired");
    } finally {
      log.removeHandler(handler);
    }
  }
}
