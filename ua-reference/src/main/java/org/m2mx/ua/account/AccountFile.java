package org.m2mx.ua.account;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;

/**
 * The account file: a JSON object, described by {@code account.schema.json} beside this class.
 *
 * <p>It is read strictly. A key that is not known, given twice, of the wrong type or missing is an
 * error that names the key and its place, so that a slip of the pen never turns into a setting that
 * is silently not there.
 */
public final class AccountFile {
  /** The only version of the format so far. */
  public static final int VERSION = 1;

  /** Far above any real account, and far below what could hurt. */
  static final int LARGEST = 1 << 20;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(8).build())
          .build();

  private enum Key {
    VERSION("version"),
    AOR("aor"),
    PASSWORD("password"),
    SERVER("server"),
    TRUST_ANCHOR("trustAnchor");

    private final String text;

    Key(String text) {
      this.text = text;
    }

    static Optional<Key> of(String text) {
      for (Key key : values()) {
        if (key.text.equals(text)) {
          return Optional.of(key);
        }
      }
      return Optional.empty();
    }

    static String all() {
      List<String> names = new ArrayList<>();
      for (Key key : values()) {
        names.add(key.text);
      }
      return String.join(", ", names);
    }
  }

  private final String what;

  private AccountFile(String what) {
    this.what = what;
  }

  /**
   * Reads an account.
   *
   * @param path the file, UTF-8
   * @return the account
   * @throws UserAgentException with reason {@code ACCOUNT_FILE} if the file cannot be read or holds
   *     anything but an account; the message gives line and column
   */
  public static Account read(Path path) throws UserAgentException {
    AccountFile file = new AccountFile("The account file " + path);
    return file.read(file.bytes(path));
  }

  /**
   * Reads an account that is in no file yet.
   *
   * @param text the content of an account file
   * @param what what it is, to begin a sentence with
   * @return the account
   * @throws UserAgentException with reason {@code ACCOUNT_FILE} if it is anything but an account;
   *     the message gives line and column
   */
  public static Account parse(byte[] text, String what) throws UserAgentException {
    AccountFile file = new AccountFile(what);
    if (text.length > LARGEST) {
      throw file.wrong("is larger than 1 MiB", "Give what the ISP issued");
    }
    return file.read(text);
  }

  /**
   * Says whether people other than the owner can read the file, and with it the password.
   *
   * @param path an existing file
   * @return a warning of one line, or empty if all is well or the file system has no such notion
   */
  public static Optional<String> exposure(Path path) {
    PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class);
    if (view == null) {
      return Optional.empty();
    }
    Set<PosixFilePermission> permissions;
    try {
      permissions = view.readAttributes().permissions();
    } catch (IOException e) {
      return Optional.empty();
    }
    boolean exposed =
        permissions.contains(PosixFilePermission.GROUP_READ)
            || permissions.contains(PosixFilePermission.OTHERS_READ);
    return exposed
        ? Optional.of("the account file " + path + " can be read by others; run: chmod 600 " + path)
        : Optional.empty();
  }

  /**
   * Writes an account.
   *
   * @param account the account
   * @return the content of an account file, which holds the password
   */
  public static String text(Account account) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      json.writeNumberField(Key.VERSION.text, VERSION);
      json.writeStringField(Key.AOR.text, account.aor().toString());
      json.writeStringField(Key.PASSWORD.text, account.password());
      json.writeStringField(Key.SERVER.text, account.server().toString());
      json.writeStringField(Key.TRUST_ANCHOR.text, pem(account.trustAnchors()));
      json.writeEndObject();
    } catch (IOException e) {
      throw new IllegalStateException("memory can be written to", e);
    }
    return text + "\n";
  }

  private static String pem(List<X509Certificate> certificates) throws IOException {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      for (X509Certificate certificate : certificates) {
        writer.writeObject(certificate);
      }
    }
    return text.toString().replace("\r", "");
  }

  /**
   * Reads certificates in PEM form from a file.
   *
   * @param path the file
   * @return one or more
   * @throws UserAgentException with reason {@code ACCOUNT_FILE} if there are none
   */
  public static List<X509Certificate> readCertificates(Path path) throws UserAgentException {
    AccountFile file = new AccountFile("The certificate file " + path);
    try {
      return trustAnchors(file.text(file.bytes(path))).certificates();
    } catch (IllegalArgumentException e) {
      throw file.wrong("is of no use: " + e.getMessage(), "Give another", e);
    }
  }

  private Account read(byte[] bytes) throws UserAgentException {
    Map<Key, Object> values = new EnumMap<>(Key.class);
    try (JsonParser parser = JSON.createParser(text(bytes))) {
      readObject(parser, values);
    } catch (JsonParseException e) {
      throw wrong(
          "is not JSON at " + place(e.getLocation()) + ": " + problem(e),
          "Correct that place, or have the ISP issue the file again",
          e);
    } catch (IOException e) {
      throw wrong("cannot be read: " + oneLine(e.getMessage()), "Check the file", e);
    }
    for (Key key : Key.values()) {
      if (!values.containsKey(key)) {
        throw wrong("lacks the key \"" + key.text + "\"", "Add it; the keys are " + Key.all());
      }
    }
    return new Account(
        (Aor) values.get(Key.AOR),
        (String) values.get(Key.PASSWORD),
        (ServerAddress) values.get(Key.SERVER),
        ((TrustAnchors) values.get(Key.TRUST_ANCHOR)).certificates());
  }

  private byte[] bytes(Path path) throws UserAgentException {
    try {
      if (Files.isDirectory(path)) {
        throw wrong("is a directory", "Name a file");
      }
      if (Files.size(path) > LARGEST) {
        throw wrong("is larger than 1 MiB", "Give the file that the ISP issued");
      }
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw wrong("does not exist", "Correct its name, or save what the ISP issued there", e);
    } catch (AccessDeniedException e) {
      throw wrong("may not be read by this user", "Run as its owner, or change its owner", e);
    } catch (IOException e) {
      throw wrong("cannot be read: " + oneLine(e.getMessage()), "Check the file and its disk", e);
    }
  }

  private String text(byte[] bytes) throws UserAgentException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(java.nio.ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw wrong("is not text in UTF-8", "Have the ISP issue the file again", e);
    }
  }

  private void readObject(JsonParser parser, Map<Key, Object> values)
      throws IOException, UserAgentException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw wrong("is not a JSON object", "It starts with { and holds the keys " + Key.all());
    }
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      JsonLocation location = parser.currentTokenLocation();
      Key key =
          Key.of(name)
              .orElseThrow(
                  () ->
                      wrong(
                          "has the unknown key \"" + oneLine(name) + "\" at " + place(location),
                          "Remove it; the keys are " + Key.all()));
      if (values.containsKey(key)) {
        throw wrong(
            "has the key \"" + name + "\" a second time at " + place(location), "Remove one");
      }
      parser.nextToken();
      values.put(key, value(key, parser));
    }
    if (parser.nextToken() != null) {
      throw wrong(
          "goes on after its end at " + place(parser.currentTokenLocation()),
          "Remove what follows the last }");
    }
  }

  private Object value(Key key, JsonParser parser) throws IOException, UserAgentException {
    if (key == Key.VERSION) {
      if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw wrongType(key, "a whole number", parser);
      }
      if (!parser.getText().equals(String.valueOf(VERSION))) {
        throw wrong(
            "has version " + parser.getText() + ", and this program knows version " + VERSION,
            "Update this program, or have the ISP issue a file of version " + VERSION);
      }
      return VERSION;
    }
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw wrongType(key, "a string", parser);
    }
    JsonLocation location = parser.currentTokenLocation();
    String text = parser.getText();
    try {
      return switch (key) {
        case VERSION -> throw new IllegalStateException("read above");
        case AOR -> Aor.parse(text);
        case PASSWORD -> password(text);
        case SERVER -> ServerAddress.parse(text);
        case TRUST_ANCHOR -> trustAnchors(text);
      };
    } catch (IllegalArgumentException e) {
      throw wrong(
          "has a bad \"" + key.text + "\" at " + place(location) + ": " + oneLine(e.getMessage()),
          "Correct it, or have the ISP issue the file again",
          e);
    }
  }

  private static String password(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    return text;
  }

  private static TrustAnchors trustAnchors(String pem) {
    List<X509Certificate> certificates = new ArrayList<>();
    try {
      for (var certificate :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(
                  new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)))) {
        certificates.add((X509Certificate) certificate);
      }
    } catch (CertificateException e) {
      throw new IllegalArgumentException("it is not a certificate in PEM form", e);
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("it holds no certificate in PEM form");
    }
    return new TrustAnchors(certificates);
  }

  private record TrustAnchors(List<X509Certificate> certificates) {}

  private UserAgentException wrongType(Key key, String wanted, JsonParser parser) {
    return wrong(
        "has something else than "
            + wanted
            + " under \""
            + key.text
            + "\" at "
            + place(parser.currentTokenLocation()),
        "Correct it, or have the ISP issue the file again");
  }

  private static String place(JsonLocation location) {
    return "line " + location.getLineNr() + ", column " + location.getColumnNr();
  }

  /** Without what Jackson adds for those who have its source at hand. */
  private static String problem(JsonParseException e) {
    return oneLine(e.getOriginalMessage()).replaceFirst(" ?\\(start marker at .*", "");
  }

  /** Jackson's messages and file contents may hold line breaks; an error here is one line. */
  private static String oneLine(String text) {
    return text == null ? "unknown" : text.replaceAll("[\\p{Cntrl}\\s]+", " ");
  }

  private UserAgentException wrong(String problem, String remedy) {
    return wrong(problem, remedy, null);
  }

  private UserAgentException wrong(String problem, String remedy, Throwable cause) {
    return new UserAgentException(
        UserAgentException.Reason.ACCOUNT_FILE, what + " " + problem, remedy, cause);
  }
}
