package org.m2mx.console.csv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class CsvWriterTest {
  @Test
  void whatASpreadsheetWouldMistakeIsQuotedOrMarked() throws IOException {
    var text = new StringWriter();
    var csv = new CsvWriter(text);
    csv.row("plain", null, 7);
    csv.row("a,b", "say \"so\"", "two\nlines");
    csv.row("=1+1", "-2", "@SUM(A1)", "a=b");
    assertThat(text.toString())
        .isEqualTo(
            "\uFEFFplain,,7\r\n"
                + "\"a,b\",\"say \"\"so\"\"\",\"two\nlines\"\r\n"
                + "'=1+1,'-2,'@SUM(A1),a=b\r\n");
  }
}
