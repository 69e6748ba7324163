package org.m2mx.console.account;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.LuminanceSource;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class QrCodeTest {
  private static final String LINK =
      "https://console.telco.example/console/account/abcdefghijklmnopqrstuvwxyz0123456789_-ABCDE";

  @Test
  void aReaderReadsTheLink() throws Exception {
    var picture = new BinaryBitmap(new HybridBinarizer(new Photograph(QrCode.matrix(LINK))));
    assertThat(new QRCodeReader().decode(picture).getText()).isEqualTo(LINK);
  }

  @Test
  void thePictureHasASquareForEachDarkModule() {
    var uri = QrCode.of(LINK);
    assertThat(uri).startsWith("data:image/svg+xml;base64,");
    var svg = new String(Base64.getDecoder().decode(uri.substring(uri.indexOf(',') + 1)), UTF_8);
    var matrix = QrCode.matrix(LINK);
    int dark = 0;
    for (int y = 0; y < matrix.getHeight(); y++) {
      for (int x = 0; x < matrix.getWidth(); x++) {
        if (matrix.get(x, y)) {
          dark++;
          assertThat(svg).contains("M" + x + " " + y + "h1v1h-1z");
        }
      }
    }
    assertThat(svg.split("h1v1h-1z", -1)).hasSize(dark + 1);
    assertThat(svg).contains("viewBox=\"0 0 %1$d %1$d\"".formatted(matrix.getWidth()));
  }

  /** The modules, eight points wide each. */
  private static final class Photograph extends LuminanceSource {
    private static final int SCALE = 8;
    private final BitMatrix matrix;

    Photograph(BitMatrix matrix) {
      super(matrix.getWidth() * SCALE, matrix.getHeight() * SCALE);
      this.matrix = matrix;
    }

    @Override
    public byte[] getRow(int y, byte[] row) {
      var points = row != null && row.length >= getWidth() ? row : new byte[getWidth()];
      for (int x = 0; x < getWidth(); x++) {
        points[x] = (byte) (matrix.get(x / SCALE, y / SCALE) ? 0 : 255);
      }
      return points;
    }

    @Override
    public byte[] getMatrix() {
      var points = new byte[getWidth() * getHeight()];
      for (int y = 0; y < getHeight(); y++) {
        System.arraycopy(getRow(y, null), 0, points, y * getWidth(), getWidth());
      }
      return points;
    }
  }
}
