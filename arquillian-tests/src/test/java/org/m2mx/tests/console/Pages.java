package org.m2mx.tests.console;

import static java.util.stream.Collectors.toCollection;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import jakarta.servlet.annotation.WebServlet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipInputStream;
import org.m2mx.tests.service.M2mxEar;

/** Everything that the console answers a browser with, as the build made it. */
final class Pages {
  private static final String CONSOLE = "web-admin.war";
  private static final String PAGE = ".xhtml";

  private Pages() {}

  /** The Faces pages, as browsers ask for them: {@code my/account.xhtml}. */
  static Set<String> ofFaces() {
    var pages = new TreeSet<String>();
    try (var war = new ZipInputStream(M2mxEar.asBuilt().get(CONSOLE).getAsset().openStream())) {
      for (var entry = war.getNextEntry(); entry != null; entry = war.getNextEntry()) {
        if (entry.getName().endsWith(PAGE) && !entry.getName().startsWith("WEB-INF/")) {
          pages.add(entry.getName());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return pages;
  }

  /** What servlets of the console's own answer: {@code audit.csv}, {@code api/ui/*}. */
  static Set<String> ofServlets() {
    return new ClassFileImporter()
        .importPackages("org.m2mx.console").stream()
            .flatMap(one -> one.tryGetAnnotationOfType(WebServlet.class).stream())
            .flatMap(servlet -> Stream.of(servlet.value(), servlet.urlPatterns()))
            .flatMap(Arrays::stream)
            .map(path -> path.substring(1))
            .collect(toCollection(TreeSet::new));
  }
}
