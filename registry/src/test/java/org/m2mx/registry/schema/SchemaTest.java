package org.m2mx.registry.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.m2mx.registry.testing.RegistryDatabase.h2;
import static org.m2mx.registry.testing.RegistryDatabase.unheard;

import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.testing.RegistryDatabase;

class SchemaTest {
  private static final List<String> OF_VERSION_19 =
      List.of(
          """
          insert into isp (name, domain, status, created) values
            ('Example', 'm2m-x.example', 'ACTIVE', current_timestamp),
            ('Other', 'other.example', 'SUSPENDED', current_timestamp)
          """,
          """
          insert into subscriber (aor, user_folded, isp_id, status, legacy, created)
          select 'sip:alice@' || domain, 'alice', id, 'ACTIVE', false, created from isp
          """,
          """
          insert into subscriber_import (id, domain, file_name, actor, node, state, begun)
          values ('00000000-0000-7000-8000-000000000000', 'm2m-x.example', 'homes.csv', 'admin',
            'here', 'CHECKED', current_timestamp)
          """,
          """
          insert into subscriber_import_line (import_id, line, aor, user_folded, legacy)
          select id, 2, 'sip:door@m2m-x.example', 'door', false from subscriber_import
          """);

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

  @ParameterizedTest
  @EnumSource
  void whatWasThereWhenAnIspHadOneDomainGoesOn(RegistryDatabase.Kind kind) throws SQLException {
    var database = kind.another();
    Schema.migration(database).target("19").load().migrate();
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      for (var row : OF_VERSION_19) {
        statement.executeUpdate(row);
      }
    }
    new Schema(database, unheard()).ready();
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      assertThat(column(statement, "select name from isp_domain order by name"))
          .containsExactly("m2m-x.example", "other.example");
      assertThat(
              column(
                  statement,
                  "select s.aor from subscriber s join isp_domain d on d.name = s.domain"
                      + " and d.isp_id = s.isp_id order by s.aor"))
          .containsExactly("sip:alice@m2m-x.example", "sip:alice@other.example");
      assertThat(column(statement, "select domain from subscriber_import_line"))
          .containsExactly("m2m-x.example");
      assertThatExceptionOfType(SQLException.class)
          .as("somebody is in it")
          .isThrownBy(() -> statement.executeUpdate("delete from isp_domain"));
      assertThatExceptionOfType(SQLException.class)
          .as("it is another ISP's")
          .isThrownBy(
              () ->
                  statement.executeUpdate(
                      "update subscriber set domain = 'other.example'"
                          + " where aor = 'sip:alice@m2m-x.example'"));
    }
  }

  private static List<String> column(Statement statement, String query) throws SQLException {
    try (var rows = statement.executeQuery(query)) {
      var values = new ArrayList<String>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
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
