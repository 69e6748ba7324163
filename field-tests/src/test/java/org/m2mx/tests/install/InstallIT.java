package org.m2mx.tests.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.registry.testing.PostgreSqlCluster;
import org.m2mx.ua.testing.UserAgentProcess;

/** docs/operators/install.md, followed to where two user agents talk. */
class InstallIT {
  private static final int OFFSET = 21_000;
  private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

  @TempDir Path folder;

  @Test
  void anUntouchedWildFlyRunsTheEarOnceItIsPrepared() throws Exception {
    String ipv6 = "-Xmx1g -Djava.net.preferIPv4Stack=false";
    Path home = path("m2mx.untouched.wildfly");
    try (ServerProcess server =
        ServerProcess.start(home, JAVA_HOME, ipv6, OFFSET, base(home), accounts(), address())) {
      server.cli("--file=" + path("m2mx.cli"));
      server.cli("--file=" + path("m2mx.cli"));
      server.cli("--command=deploy " + path("m2mx.ear"));

      demoHolds(server);
      stopsInGoodOrder(server);
    }
  }

  @Test
  void thePreparedServerRunsOnJdk25() throws Exception {
    Optional<Path> jdk25 = jdk("25");
    assumeTrue(
        jdk25.isPresent(), "no JDK 25 in /usr/lib/jvm: whether m2mx runs on it is not tested");
    Path home = path("m2mx.server.home");
    try (ServerProcess server =
        ServerProcess.start(home, jdk25.get(), "", OFFSET, base(home), accounts(), address())) {
      assertThat(server.log()).contains("JAVA: " + jdk25.get());

      demoHolds(server);
      stopsInGoodOrder(server);
    }
  }

  @Test
  void thePreparedServerRunsOnPostgreSql() throws Exception {
    PostgreSqlCluster database = PostgreSqlCluster.start();
    Path settings = folder.resolve("m2mx.properties");
    Files.writeString(
        settings,
        """
        m2mx.database.driver=postgresql
        m2mx.database.url=%s
        m2mx.database.user=%s
        m2mx.database.password=any
        """
            .formatted(database.url(), database.user()));
    Path home = path("m2mx.server.home");
    try (ServerProcess server =
        ServerProcess.start(
            home, JAVA_HOME, "", OFFSET, "-P=" + settings, base(home), accounts(), address())) {
      demoHolds(server);
      stopsInGoodOrder(server);

      assertThat(folder.resolve("base/data/m2mx/registry.mv.db")).doesNotExist();
    }
  }

  private void demoHolds(ServerProcess server) throws Exception {
    try (UserAgentProcess demo =
        UserAgentProcess.start("demo", "--accounts", folder.resolve("accounts").toString())) {
      assertThat(demo.exitCode()).as("%s%s%s", demo.stdout(), demo.stderr(), server.log()).isZero();
    }
  }

  private static void stopsInGoodOrder(ServerProcess server) throws Exception {
    server.stop();
    assertThat(server.log()).contains("WFLYSRV0050").doesNotContain(" ERROR ");
  }

  /** A folder of the server's own, so that the WildFly itself stays as it is. */
  private String base(Path home) throws IOException {
    Path base = folder.resolve("base");
    Path from = home.resolve("standalone");
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, base.resolve(from.relativize(file).toString()));
      }
    }
    return "-Djboss.server.base.dir=" + base;
  }

  private String accounts() {
    return "-Dm2mx.demo.accounts=" + folder.resolve("accounts");
  }

  private static String address() {
    return "-Dm2mx.account.server=[::1]:" + (5061 + OFFSET);
  }

  private static Path path(String property) {
    return Path.of(System.getProperty(property));
  }

  private static Optional<Path> jdk(String version) throws IOException {
    Path folder = Path.of("/usr/lib/jvm");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> jdks = Files.list(folder)) {
      return jdks.filter(jdk -> jdk.getFileName().toString().matches(".*\\b" + version + "\\b.*"))
          .filter(jdk -> Files.isExecutable(jdk.resolve("bin/java")))
          .findFirst();
    }
  }
}
