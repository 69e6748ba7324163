package org.m2mx.sipcontainer.portability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** A Tomcat of its own process: it serves until its standard input ends. */
final class TomcatServer {
  static final String PORT = "HTTP port ";

  private TomcatServer() {}

  /**
   * Serves.
   *
   * @param arguments a folder to work in, and the WARs
   */
  public static void main(String[] arguments) throws IOException, LifecycleException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder.resolve("webapps"));
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder.toString());
    tomcat.setHostname("127.0.0.1");
    tomcat.setPort(0);
    for (int i = 1; i < arguments.length; i++) {
      Path war = Path.of(arguments[i]);
      tomcat.addWebapp("/" + war.getFileName().toString().replace(".war", ""), war.toString());
    }
    tomcat.getConnector();
    tomcat.start();
    System.out.println(PORT + tomcat.getConnector().getLocalPort());
    while (System.in.read() >= 0) {
      // Only the end counts.
    }
    tomcat.stop();
    tomcat.destroy();
  }
}
