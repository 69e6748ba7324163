package org.m2mx.registry.binding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.m2mx.registry.testing.RegistryDatabase.unheard;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.registry.meter.ServiceMeters;
import org.m2mx.registry.schema.Schema;
import org.m2mx.registry.schema.SchemaReady;
import org.m2mx.registry.testing.PostgreSqlCluster;

/** Each binding that was promised is there after {@code kill -9}. */
class BindingsSurviveKillTest {
  private static final int PROMISES_BEFORE_THE_KILL = 1000;

  @Test
  void onH2(@TempDir Path folder) throws Exception {
    // As the product opens it: WRITE_DELAY=0 puts a commit on the disk before it returns.
    survives("jdbc:h2:file:" + folder.resolve("registry") + ";WRITE_DELAY=0", "");
  }

  @Test
  void onPostgreSql() throws Exception {
    var cluster = PostgreSqlCluster.start();
    survives(cluster.url(), cluster.user());
  }

  private static void survives(String url, String user) throws Exception {
    var database = KilledServer.database(url, user);
    new Schema(database, unheard()).ready();
    openAccounts(database);
    var promised = promisesOfAKilledServer(url, user);
    assertThat(promised).hasSize(KilledServer.DEVICES);

    var meters = new SimpleMeterRegistry();
    var bindings = new Bindings(database, new ServiceMeters(meters), Clock.systemUTC(), 1);
    bindings.load(new SchemaReady("the latest"));
    assertThat(meters.get("m2mx.registered").gauge().value()).isEqualTo(KilledServer.DEVICES);
    promised.forEach(
        (device, cseq) ->
            assertThat(bindings.of(KilledServer.device(device), Instant.now()))
                .as("device %d was promised CSeq %d", device, cseq)
                .singleElement()
                .satisfies(binding -> assertThat(binding.cseq()).isGreaterThanOrEqualTo(cseq)));
  }

  private static void openAccounts(DataSource database) throws Exception {
    KilledServer.execute(
        database,
        "insert into isp (name, domain, status, created)"
            + " values ('Example', 'm2m-x.example', 'ACTIVE', current_timestamp)",
        "insert into isp_domain (name, isp_id) select domain, id from isp");
    KilledServer.execute(
        database,
        IntStream.range(0, KilledServer.DEVICES)
            .mapToObj(
                number ->
                    "insert into subscriber"
                        + " (aor, domain, user_folded, isp_id, status, legacy, created)"
                        + " select '%s', domain, 'device%d', id, 'ACTIVE', false, created from isp"
                            .formatted(KilledServer.device(number), number))
            .toArray(String[]::new));
  }

  /** The last CSeq promised to each device; a line that was cut short promises nothing. */
  private static Map<Integer, Long> promisesOfAKilledServer(String url, String user)
      throws IOException, InterruptedException {
    var server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                KilledServer.class.getName(),
                url,
                user)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    var promised = new HashMap<Integer, Long>();
    try (var said =
        new BufferedReader(
            new InputStreamReader(server.getInputStream(), StandardCharsets.US_ASCII))) {
      int lines = 0;
      for (var line = said.readLine(); line != null; line = said.readLine()) {
        var words = line.split(" ");
        if (words.length == 2 && Stream.of(words).allMatch(word -> word.matches("\\d+"))) {
          promised.merge(Integer.valueOf(words[0]), Long.valueOf(words[1]), Math::max);
        }
        if (++lines >= PROMISES_BEFORE_THE_KILL && promised.size() == KilledServer.DEVICES) {
          // The handle, for the process itself would close the stream that is still being read.
          server.toHandle().destroyForcibly();
        }
      }
    } finally {
      server.destroyForcibly().waitFor();
    }
    return promised;
  }
}
