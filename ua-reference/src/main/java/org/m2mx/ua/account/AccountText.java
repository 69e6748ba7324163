package org.m2mx.ua.account;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.m2mx.ua.UserAgentException;

/**
 * An account as one line of text, short enough for a QR code: {@code m2mx:} and the account file,
 * compressed (RFC 1951) and in base64url without padding (RFC 4648 section 5).
 */
public final class AccountText {
  private static final String SCHEME = "m2mx:";
  private static final String WHAT = "The text m2mx:…";
  private static final boolean RAW = true;

  private AccountText() {}

  /**
   * Says whether a text means to be an account.
   *
   * @param text never null
   * @return whether it begins with {@code m2mx:}
   */
  public static boolean isOne(String text) {
    return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * Writes an account. The text holds the password.
   *
   * @param account the account
   * @return one line
   */
  public static String of(Account account) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, RAW);
    try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
      out.write(AccountFile.text(account).getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalStateException("memory can be written to", e);
    } finally {
      deflater.end();
    }
    return SCHEME + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /**
   * Reads an account.
   *
   * @param text such a line
   * @return the account
   * @throws UserAgentException with reason {@code ACCOUNT_FILE} if it is anything else
   */
  public static Account parse(String text) throws UserAgentException {
    Inflater inflater = new Inflater(RAW);
    byte[] bytes;
    try (InputStream in =
        new InflaterInputStream(
            new ByteArrayInputStream(
                Base64.getUrlDecoder().decode(text.strip().substring(SCHEME.length()))),
            inflater)) {
      bytes = in.readNBytes(AccountFile.LARGEST + 1);
    } catch (IOException | IllegalArgumentException e) {
      throw new UserAgentException(
          UserAgentException.Reason.ACCOUNT_FILE,
          WHAT + " is damaged",
          "Copy or scan all of it",
          e);
    } finally {
      inflater.end();
    }
    return AccountFile.parse(bytes, WHAT);
  }
}
