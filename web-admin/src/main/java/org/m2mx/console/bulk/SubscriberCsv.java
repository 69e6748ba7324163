package org.m2mx.console.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.CsvRecord;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import java.io.ByteArrayInputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.m2mx.console.subscriber.AorText;
import org.m2mx.registry.Aor;
import org.m2mx.registry.bulk.Line;
import org.m2mx.registry.bulk.Problem;
import org.m2mx.registry.bulk.Problem.Kind;
import org.m2mx.registry.credential.Password;

/**
 * Reads a file of subscribers: comma-separated values (RFC 4180) in UTF-8, with or without a byte
 * order mark. The first line names the columns: {@code user}, the part before the @ of an address
 * in the ISP's first domain, or {@code aor}, the whole address; and if wanted {@code password} and
 * {@code legacy}. Semicolons and tabs are understood in place of commas.
 */
final class SubscriberCsv implements Iterator<Line> {
  private static final String USER = "user";
  private static final String AOR = "aor";
  private static final String PASSWORD = "password";
  private static final String LEGACY = "legacy";
  private static final Set<String> KNOWN = Set.of(USER, AOR, PASSWORD, LEGACY);
  private static final String SEPARATORS = ",;\t";
  private static final Set<String> YES = Set.of("yes", "true", "1");
  private static final Set<String> NO = Set.of("", "no", "false", "0");
  private static final int LONGEST_CELL = 1 << 16;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final List<String> domains;
  private final int most;
  private final ByteArrayInputStream octets;
  private final int size;
  private Iterator<CsvRecord> records = List.<CsvRecord>of().iterator();
  private Map<String, Integer> columns = Map.of();
  private int width;
  private int read;
  private int lastLine = 1;
  private Line next;

  /**
   * @param content the file
   * @param domains of the ISP whose subscribers they are, the first of them first
   * @param most how many lines a file may have
   */
  SubscriberCsv(byte[] content, List<String> domains, int most) {
    this.domains = List.copyOf(domains);
    this.most = most;
    this.size = Math.max(1, content.length);
    var start = startsWithMark(content) ? BYTE_ORDER_MARK.length : 0;
    this.octets = new ByteArrayInputStream(content, start, content.length - start);
    var bad = Utf8.firstBadLine(content);
    if (bad.isPresent()) {
      next = wrong(bad.getAsInt(), "", Kind.NOT_UTF_8, "");
    } else {
      begin(separator(content));
    }
  }

  private static boolean startsWithMark(byte[] content) {
    return content.length >= BYTE_ORDER_MARK.length
        && content[0] == BYTE_ORDER_MARK[0]
        && content[1] == BYTE_ORDER_MARK[1]
        && content[2] == BYTE_ORDER_MARK[2];
  }

  /** That of {@link #SEPARATORS} which the names of the columns have most of. */
  private static char separator(byte[] content) {
    var counts = new int[SEPARATORS.length()];
    for (int i = 0; i < content.length && content[i] != '\n' && content[i] != '\r'; i++) {
      var which = SEPARATORS.indexOf(content[i]);
      if (which >= 0) {
        counts[which]++;
      }
    }
    return SEPARATORS
        .chars()
        .mapToObj(character -> (char) character)
        .max(Comparator.comparing(character -> counts[SEPARATORS.indexOf(character)]))
        .filter(character -> counts[SEPARATORS.indexOf(character)] > 0)
        .orElse(',');
  }

  private void begin(char separator) {
    records =
        CsvReader.builder()
            .fieldSeparator(separator)
            .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
            .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
            .allowUnclosedQuote(false)
            .maxBufferSize(LONGEST_CELL)
            .ofCsvRecord(new InputStreamReader(octets, UTF_8))
            .iterator();
    try {
      if (!records.hasNext()) {
        next = wrong(1, "", Kind.NOTHING, "");
        return;
      }
      var problems = header(records.next());
      if (!problems.isEmpty()) {
        next = new Line(1, null, null, false, problems);
        end();
        return;
      }
    } catch (CsvParseException e) {
      next = broken();
      return;
    }
    next = advance();
    if (next == null) {
      next = wrong(1, "", Kind.NO_LINES, "");
    }
  }

  /** A first line without either of the two columns may be no header, but hold a password. */
  private List<Problem> header(CsvRecord names) {
    var problems = new ArrayList<Problem>();
    columns = new LinkedHashMap<>();
    width = names.getFieldCount();
    for (int i = 0; i < width; i++) {
      var name = names.getField(i).strip().toLowerCase(Locale.ROOT);
      if (!KNOWN.contains(name)) {
        problems.add(new Problem(1, name, Kind.UNKNOWN_COLUMN, names.getField(i)));
      } else if (columns.put(name, i) != null) {
        problems.add(new Problem(1, name, Kind.REPEATED_COLUMN, name));
      }
    }
    if (!columns.containsKey(USER) && !columns.containsKey(AOR)) {
      return List.of(new Problem(1, "", Kind.NO_USER_COLUMN, ""));
    }
    if (columns.containsKey(USER) && columns.containsKey(AOR)) {
      problems.add(new Problem(1, "", Kind.NO_USER_COLUMN, ""));
    }
    return problems;
  }

  /** How much of the file has been read, in per cent. */
  int percent() {
    return (int) ((size - octets.available()) * 100L / size);
  }

  @Override
  public boolean hasNext() {
    return next != null;
  }

  @Override
  public Line next() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    var line = next;
    next = advance();
    return line;
  }

  private Line advance() {
    try {
      if (!records.hasNext()) {
        return null;
      }
      var row = records.next();
      lastLine = (int) row.getStartingLineNumber();
      if (++read > most) {
        end();
        return wrong(lastLine, "", Kind.TOO_MANY_LINES, Integer.toString(most));
      }
      return line(row);
    } catch (CsvParseException e) {
      return broken();
    }
  }

  private Line broken() {
    end();
    return wrong(lastLine, "", Kind.NOT_CSV, "");
  }

  private void end() {
    records = List.<CsvRecord>of().iterator();
  }

  // What is in a cell is not repeated: where columns are mixed up it may be a password.

  private Line line(CsvRecord row) {
    if (row.getFieldCount() != width) {
      return wrong(lastLine, "", Kind.CELL_COUNT, row.getFieldCount() + " / " + width);
    }
    var problems = new ArrayList<Problem>();
    var aor = aor(row, problems);
    var password = password(row, problems);
    var legacy = cell(row, LEGACY).strip().toLowerCase(Locale.ROOT);
    if (!YES.contains(legacy) && !NO.contains(legacy)) {
      problems.add(new Problem(lastLine, LEGACY, Kind.LEGACY_INVALID, ""));
    }
    return new Line(lastLine, aor, password, YES.contains(legacy), problems);
  }

  private Aor aor(CsvRecord row, List<Problem> problems) {
    var whole = columns.containsKey(AOR);
    var place = whole ? AOR : USER;
    var text = cell(row, place).strip();
    if (text.isEmpty()) {
      problems.add(new Problem(lastLine, place, Kind.USER_MISSING, ""));
      return null;
    }
    try {
      var aor = whole ? AorText.parse(text) : new Aor(text, domains.get(0));
      if (domains.contains(aor.domain())) {
        return aor;
      }
      problems.add(new Problem(lastLine, place, Kind.OTHER_DOMAIN, text));
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(lastLine, place, Kind.USER_INVALID, ""));
    }
    return null;
  }

  private Password password(CsvRecord row, List<Problem> problems) {
    var text = cell(row, PASSWORD);
    if (text.isEmpty()) {
      return null;
    }
    try {
      return Password.of(text);
    } catch (IllegalArgumentException e) {
      problems.add(new Problem(lastLine, PASSWORD, Kind.PASSWORD_UNFIT, ""));
      return null;
    }
  }

  private String cell(CsvRecord row, String column) {
    var index = columns.get(column);
    return index == null ? "" : row.getField(index);
  }

  private static Line wrong(int line, String place, Kind kind, String detail) {
    return Line.unreadable(new Problem(line, place, kind, detail));
  }
}
