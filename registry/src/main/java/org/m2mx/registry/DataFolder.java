package org.m2mx.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Where this service keeps its files unless told otherwise: the folder {@code m2mx} in the server's
 * data folder.
 */
@ApplicationScoped
public class DataFolder {
  private final Optional<String> serverData;

  /** For the client proxy only. */
  protected DataFolder() {
    this(Optional.empty());
  }

  /**
   * @param serverData {@code jboss.server.data.dir}, which WildFly sets
   */
  @Inject
  public DataFolder(@ConfigProperty(name = "jboss.server.data.dir") Optional<String> serverData) {
    this.serverData = serverData;
  }

  /**
   * A file or folder in it, which need not exist.
   *
   * @param name relative, with forward slashes
   * @throws IllegalStateException when the server does not say where its data folder is
   */
  public Path resolve(String name) {
    return serverData
        .map(folder -> Path.of(folder, "m2mx", name))
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "The server does not say where its data folder is: set jboss.server.data.dir"));
  }
}
