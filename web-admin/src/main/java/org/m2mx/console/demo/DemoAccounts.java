package org.m2mx.console.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Optional;
import org.m2mx.console.account.AccountException;
import org.m2mx.console.account.AccountFiles;
import org.m2mx.registry.Aor;
import org.m2mx.registry.credential.Password;
import org.m2mx.registry.isp.Isps;
import org.m2mx.registry.permission.Permissions;
import org.m2mx.registry.subscriber.Subscribers;

/**
 * An ISP with three subscribers to try the service with: alice may call video, mallory may not.
 * Their account files are written where the operator wants them; an account whose file still fits
 * is left alone.
 */
@ApplicationScoped
public class DemoAccounts {
  private static final Logger LOG = System.getLogger(DemoAccounts.class.getName());

  private static final String DOMAIN = "m2m-x.example";
  private static final Aor ALICE = new Aor("alice", DOMAIN);
  private static final Aor VIDEO = new Aor("video", DOMAIN);
  private static final Aor MALLORY = new Aor("mallory", DOMAIN);

  private final Isps isps;
  private final Subscribers subscribers;
  private final Permissions permissions;
  private final AccountFiles files;
  private final SecureRandom random;

  /** For the client proxy only. */
  protected DemoAccounts() {
    this(null, null, null, null, null);
  }

  /**
   * @param isps where the ISP is opened
   * @param subscribers where the accounts are opened
   * @param permissions where alice is let call video
   * @param files makes the account files
   * @param random where passwords come from
   */
  @Inject
  public DemoAccounts(
      Isps isps,
      Subscribers subscribers,
      Permissions permissions,
      AccountFiles files,
      SecureRandom random) {
    this.isps = isps;
    this.subscribers = subscribers;
    this.permissions = permissions;
    this.files = files;
    this.random = random;
  }

  /**
   * Makes what is missing.
   *
   * @param folder where the account files go; made when missing
   * @throws AccountException when the server's name or certificate is not to be had
   * @throws IOException when a file cannot be read or written
   */
  public void provide(Path folder) throws AccountException, IOException {
    if (isps.find(DOMAIN).isEmpty()) {
      isps.open("Example Telecom", DOMAIN);
    }
    Files.createDirectories(folder, mode(folder, "rwx------"));
    provide(VIDEO, folder);
    // Before there is a file to call with, so that who finds the file may call.
    permissions.permit(ALICE, VIDEO);
    provide(ALICE, folder);
    provide(MALLORY, folder);
  }

  private void provide(Aor aor, Path folder) throws AccountException, IOException {
    var file = folder.resolve(aor.user() + ".json");
    var kept = passwordIn(file).filter(password -> subscribers.accepts(aor, password));
    var password = kept.orElseGet(() -> Password.generate(random));
    // Made before the credential is changed: a file that cannot be made leaves the account as it
    // was.
    var content = files.of(aor, password).json();
    if (kept.isEmpty()) {
      if (subscribers.find(aor).isEmpty()) {
        subscribers.open(aor, password, false);
      } else {
        subscribers.resetCredential(aor, password);
      }
    }
    if (!Files.exists(file) || !Files.readString(file).equals(content)) {
      write(file, content);
      LOG.log(Level.INFO, "Demo account of {0} written to {1}", aor, file);
    }
  }

  private static Optional<Password> passwordIn(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try (var reader = Json.createReader(Files.newBufferedReader(file, UTF_8))) {
      return Optional.ofNullable(reader.readObject().getString("password", null)).map(Password::of);
    } catch (JsonException | IllegalArgumentException e) {
      LOG.log(
          Level.WARNING, "{0} is no account file and is written anew: {1}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private static void write(Path file, String content) throws IOException {
    var folder = file.toAbsolutePath().getParent();
    var unfinished = Files.createTempFile(folder, ".account", ".json", mode(folder, "rw-------"));
    Files.writeString(unfinished, content);
    Files.move(
        unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static FileAttribute<?>[] mode(Path folder, String permissions) {
    return hasPermissions(folder.getFileSystem())
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean hasPermissions(FileSystem files) {
    return files.supportedFileAttributeViews().contains("posix");
  }
}
