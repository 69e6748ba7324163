package org.m2mx.tests.console;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import javax.imageio.ImageIO;
import org.openqa.selenium.By;

/** A page as a PNG file with a palette: pages have few colours, and documents want small files. */
final class Picture {
  private static final int COLOURS = 256;
  private static final int MAX_HEIGHT = 1000;

  private final BufferedImage seen;

  /**
   * Takes it of what the browser shows, from the top of the page down to 1000 pixels or its end; of
   * a dialog, which veils no more than that, with what the window shows.
   */
  Picture(Browser browser) throws IOException {
    browser.colours("light");
    browser.awaitGone(By.cssSelector(".ui-state-loading"));
    var height =
        (Long)
            browser
                .driver()
                .executeScript(
                    """
                    scrollTo(0, 0);
                    const veil = document.querySelector('.ui-dialog-mask, .ui-widget-overlay');
                    return veil ? innerHeight : Math.max(innerHeight, document.documentElement.scrollHeight);
                    """);
    var width = (Long) browser.driver().executeScript("return innerWidth");
    var answer =
        browser
            .driver()
            .executeCdpCommand(
                "Page.captureScreenshot",
                Map.of(
                    "format",
                    "png",
                    "captureBeyondViewport",
                    true,
                    "clip",
                    Map.of(
                        "x",
                        0,
                        "y",
                        0,
                        "width",
                        width,
                        "height",
                        Math.min(height, MAX_HEIGHT),
                        "scale",
                        1)));
    var png = Base64.getDecoder().decode((String) answer.get("data"));
    seen = ImageIO.read(new ByteArrayInputStream(png));
  }

  /** Writes it, in its most frequent colours; the others become the nearest of these. */
  void write(Path file) throws IOException {
    var width = seen.getWidth();
    var height = seen.getHeight();
    var pixels = seen.getRGB(0, 0, width, height, null, 0, width);
    var palette = palette(pixels);
    var picture =
        new BufferedImage(
            width,
            height,
            BufferedImage.TYPE_BYTE_INDEXED,
            new IndexColorModel(8, palette.length, palette, 0, false, -1, 0));
    var nearest = new HashMap<Integer, Integer>();
    var indices =
        Arrays.stream(pixels)
            .map(pixel -> nearest.computeIfAbsent(pixel, colour -> nearest(palette, colour)))
            .toArray();
    picture.getRaster().setPixels(0, 0, width, height, indices);
    ImageIO.write(picture, "png", file.toFile());
  }

  private static int[] palette(int[] pixels) {
    return Arrays.stream(pixels)
        .boxed()
        .collect(groupingBy(Function.identity(), counting()))
        .entrySet()
        .stream()
        .sorted(
            Map.Entry.<Integer, Long>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(COLOURS)
        .mapToInt(Map.Entry::getKey)
        .toArray();
  }

  private static int nearest(int[] palette, int colour) {
    var best = 0;
    for (int i = 1; i < palette.length; i++) {
      if (distance(palette[i], colour) < distance(palette[best], colour)) {
        best = i;
      }
    }
    return best;
  }

  private static int distance(int one, int other) {
    var sum = 0;
    for (int shift = 0; shift < 24; shift += 8) {
      var difference = (one >> shift & 0xff) - (other >> shift & 0xff);
      sum += difference * difference;
    }
    return sum;
  }
}
