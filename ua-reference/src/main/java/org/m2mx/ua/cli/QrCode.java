package org.m2mx.ua.cli;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A QR code in characters, two dots in each: as wide as it has dots, and half as high. */
final class QrCode {
  private static final int QUIET_ZONE = 4;
  private static final Map<EncodeHintType, Object> HINTS =
      Map.of(
          EncodeHintType.ERROR_CORRECTION,
          ErrorCorrectionLevel.L,
          EncodeHintType.MARGIN,
          QUIET_ZONE);

  private QrCode() {}

  /**
   * Draws a text.
   *
   * @param darkOnLight whether the screen's background is light, and its characters dark
   * @return the rows, from the top
   * @throws IllegalArgumentException if the text is too long for a QR code
   */
  static List<String> rows(String text, boolean darkOnLight) {
    BitMatrix dots;
    try {
      dots = new QRCodeWriter().encode(text, BarcodeFormat.QR_CODE, 0, 0, HINTS);
    } catch (WriterException e) {
      throw new IllegalArgumentException("too long for a QR code", e);
    }
    List<String> rows = new ArrayList<>();
    for (int y = 0; y < dots.getHeight(); y += 2) {
      StringBuilder row = new StringBuilder();
      for (int x = 0; x < dots.getWidth(); x++) {
        boolean upper = dots.get(x, y) == darkOnLight;
        boolean lower = (y + 1 < dots.getHeight() && dots.get(x, y + 1)) == darkOnLight;
        row.append(upper ? lower ? '█' : '▀' : lower ? '▄' : ' ');
      }
      rows.add(row.toString());
    }
    return rows;
  }
}
