package org.m2mx.registry.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.RegistryDatabase.h2;
import static org.m2mx.registry.testing.RegistryDatabase.unheard;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.testing.RegistryDatabase;

class SchemaTest {
  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource
  void aSecondStartFindsNothingToDo(RegistryDatabase.Kind kind) throws SQLException {
    var database = kind.empty().dataSource();
    var before = migrations(database);
    new Schema(database, unheard()).ready();
    assertThat(migrations(database)).isEqualTo(before).isPositive();
  }

  @Test
  void whatIsInAnH2FileIsThereAfterARestart() throws SQLException {
    var file = "file:" + folder.resolve("registry") + ";WRITE_DELAY=0";
    new Schema(h2(file), unheard()).ready();
    try (var connection = h2(file).getConnection();
        var statement = connection.createStatement()) {
      statement.executeUpdate(
          "insert into isp (name, domain, status, created)"
              + " values ('Example', 'm2m-x.example', 'ACTIVE', current_timestamp)");
    }
    assertThat(folder.resolve("registry.mv.db")).exists();
    new Schema(h2(file), unheard()).ready();
    try (var connection = h2(file).getConnection();
        var statement = connection.createStatement();
        var domains = statement.executeQuery("select domain from isp")) {
      assertThat(domains.next()).isTrue();
      assertThat(domains.getString(1)).isEqualTo("m2m-x.example");
    }
  }

  @Test
  void aDatabaseThatIsNotThereIsSaidInOneLine() {
    var nowhere = h2("file:" + folder.resolve("absent") + ";IFEXISTS=TRUE");
    assertThatExceptionOfType(SchemaException.class)
        .isThrownBy(() -> new Schema(nowhere, unheard()).ready())
        .withMessageContaining("java:/jdbc/m2mx cannot be reached");
  }

  private static int migrations(javax.sql.DataSource database) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var count = statement.executeQuery("select count(*) from \"flyway_schema_history\"")) {
      count.next();
      return count.getInt(1);
    }
  }
}
