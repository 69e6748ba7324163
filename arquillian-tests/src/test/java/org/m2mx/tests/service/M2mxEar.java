package org.m2mx.tests.service;

import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.Testable;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.ByteArrayAsset;
import org.jboss.shrinkwrap.api.asset.EmptyAsset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.jboss.shrinkwrap.api.spec.JavaArchive;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.m2mx.tests.wire.SipConnection;

/** The EAR that the build made, as it is or with a place for tests to run in. */
public final class M2mxEar {
  private static final String DESCRIPTOR = "META-INF/application.xml";

  private M2mxEar() {}

  /** What a telco deploys, untouched. */
  public static EnterpriseArchive asBuilt() {
    return ShrinkWrap.create(ZipImporter.class, "m2mx.ear")
        .importFrom(Path.of(System.getProperty("m2mx.ear")).toFile())
        .as(EnterpriseArchive.class);
  }

  /** The same with one more WAR, in which tests see the registry beside the wire. */
  static EnterpriseArchive withTests(Class<?>... tests) {
    WebArchive war =
        ShrinkWrap.create(WebArchive.class, "tests.war")
            .addClasses(tests)
            .addPackage(SipConnection.class.getPackage())
            .addClass(ServiceTest.class)
            .addAsResource("sipp")
            .addAsWebInfResource(EmptyAsset.INSTANCE, "beans.xml")
            .addAsLibraries(
                library("org.assertj.core.api.Assertions"),
                library("net.bytebuddy.ByteBuddy"),
                library("org.awaitility.Awaitility"),
                library("org.hamcrest.Matcher"));
    EnterpriseArchive ear = asBuilt();
    String descriptor = new String(bytes(ear), java.nio.charset.StandardCharsets.UTF_8);
    String module =
        "<module><web><web-uri>tests.war</web-uri><context-root>/tests</context-root></web></module>";
    ear.delete(DESCRIPTOR);
    ear.addAsManifestResource(
        new StringAsset(
            descriptor.replaceFirst("<library-directory>", module + "<library-directory>")),
        "application.xml");
    return ear.addAsModule(Testable.archiveToTest(war));
  }

  /**
   * The same with settings of its own, which go before everybody else's.
   *
   * @param settings lines of {@code key=value}
   */
  static EnterpriseArchive withTests(String settings, Class<?>... tests) {
    JavaArchive library =
        ShrinkWrap.create(JavaArchive.class, "settings.jar")
            .addAsManifestResource(
                new StringAsset("config_ordinal=1000\n" + settings),
                "microprofile-config.properties");
    return withTests(tests).addAsLibrary(library);
  }

  private static byte[] bytes(EnterpriseArchive ear) {
    try (var in = ear.get(DESCRIPTOR).getAsset().openStream()) {
      return new ByteArrayAsset(in).getSource();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static JavaArchive library(String className) {
    try {
      var jar = Class.forName(className).getProtectionDomain().getCodeSource().getLocation();
      return ShrinkWrap.create(ZipImporter.class, Path.of(jar.toURI()).getFileName().toString())
          .importFrom(Path.of(jar.toURI()).toFile())
          .as(JavaArchive.class);
    } catch (ReflectiveOperationException | java.net.URISyntaxException e) {
      throw new IllegalStateException("no jar holds " + className, e);
    }
  }
}
