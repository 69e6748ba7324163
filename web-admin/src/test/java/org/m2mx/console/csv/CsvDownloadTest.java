package org.m2mx.console.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CsvDownloadTest {
  private final List<Integer> written = new ArrayList<>();

  @Test
  void rowsEndWhereNoneFollow() throws IOException {
    CsvDownload.rows(
        List.of(1, 2),
        some -> some.get(1) < 6 ? List.of(some.get(1) + 1, some.get(1) + 2) : List.of(),
        written::add);
    assertThat(written).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void nothingIsAFileToo() throws IOException {
    CsvDownload.rows(
        List.<Integer>of(),
        some -> {
          throw new AssertionError("nothing stands behind nothing");
        },
        written::add);
    assertThat(written).isEmpty();
  }

  @Test
  void aPageWithoutRowsIsNotTheEnd() throws IOException {
    var pages = List.of(List.of(1), List.<Integer>of(), List.of(2));
    CsvDownload.pages(
        0,
        page -> page < 2 ? Optional.of(page + 1) : Optional.empty(),
        (Function<Integer, List<Integer>>) pages::get,
        written::add);
    assertThat(written).containsExactly(1, 2);
  }
}
