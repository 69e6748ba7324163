package org.m2mx.ua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.GlobalHistogramBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QrCodeTest {
  private static final String TEXT = "m2mx:" + "abcDEF-_".repeat(60);
  private static final int DOT = 4;

  /** What a camera sees of the characters, on a dark or a light screen. */
  private static String scan(List<String> rows, boolean lightScreen) throws Exception {
    int width = rows.get(0).length() * DOT;
    int height = rows.size() * 2 * DOT;
    int[] pixels = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        char character = rows.get(y / DOT / 2).charAt(x / DOT);
        boolean upper = y / DOT % 2 == 0;
        boolean inked = character == '█' || character == (upper ? '▀' : '▄');
        pixels[y * width + x] = inked == lightScreen ? 0x000000 : 0xffffff;
      }
    }
    return new QRCodeReader()
        .decode(
            new BinaryBitmap(
                new GlobalHistogramBinarizer(new RGBLuminanceSource(width, height, pixels))),
            Map.of(DecodeHintType.PURE_BARCODE, true))
        .getText();
  }

  @Test
  void isReadOffADarkScreenAndALightOne() throws Exception {
    assertThat(scan(QrCode.rows(TEXT, false), false)).isEqualTo(TEXT);
    assertThat(scan(QrCode.rows(TEXT, true), true)).isEqualTo(TEXT);
  }

  @Test
  void saysThatATextIsTooLong() {
    assertThatThrownBy(() -> QrCode.rows("x".repeat(3000), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("too long for a QR code");
  }
}
