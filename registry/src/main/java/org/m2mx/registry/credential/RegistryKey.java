package org.m2mx.registry.credential;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.registry.DataFolder;

/**
 * The secret of this registry: 32 random octets in a file beside the database, made at the first
 * start. Each use takes its own key from it, so that no key serves two ends.
 */
@ApplicationScoped
public class RegistryKey {
  private static final Logger LOG = System.getLogger(RegistryKey.class.getName());
  private static final int OCTETS = 32;
  private static final String DERIVATION = "HmacSHA256";

  private final byte[] secret;

  /** For the client proxy only. */
  protected RegistryKey() {
    secret = new byte[0];
  }

  /**
   * Reads the key file, or makes it (mode 0600, in a folder of mode 0700) when there is none.
   *
   * @param file {@code m2mx.registry.key-file}, by default {@code registry.key} in the data folder
   * @param data the data folder
   * @param random where a new key comes from
   * @throws RegistryKeyException when the file cannot be read or made, or is no key
   */
  @Inject
  public RegistryKey(
      @ConfigProperty(name = "m2mx.registry.key-file") Optional<String> file,
      DataFolder data,
      SecureRandom random) {
    this(file.map(Path::of).orElseGet(() -> data.resolve("registry.key")), random);
  }

  /**
   * Reads or makes a key file.
   *
   * @throws RegistryKeyException when the file cannot be read or made, or is no key
   */
  public RegistryKey(Path file, SecureRandom random) {
    secret = read(file, random);
  }

  /**
   * The key for one use.
   *
   * @param purpose names the use; another purpose gives an unrelated key
   * @return 256 bits for {@code algorithm}
   */
  public SecretKey derive(String purpose, String algorithm) {
    try {
      var mac = Mac.getInstance(DERIVATION);
      mac.init(new SecretKeySpec(secret, DERIVATION));
      return new SecretKeySpec(mac.doFinal(purpose.getBytes(UTF_8)), algorithm);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + DERIVATION, e);
    }
  }

  private static byte[] read(Path file, SecureRandom random) {
    try {
      var octets = Files.readAllBytes(file);
      if (octets.length != OCTETS) {
        throw new RegistryKeyException(
            "The registry's key file %s has %d octets, not %d: put the right file back from a backup"
                .formatted(file, octets.length, OCTETS));
      }
      warnIfOthersMayRead(file);
      return octets;
    } catch (NoSuchFileException e) {
      return make(file, random);
    } catch (IOException e) {
      throw new RegistryKeyException(
          "The registry's key file %s cannot be read (%s): make it readable for the server's user"
              .formatted(file, e),
          e);
    }
  }

  private static byte[] make(Path file, SecureRandom random) {
    var octets = new byte[OCTETS];
    random.nextBytes(octets);
    var folder = file.toAbsolutePath().getParent();
    try {
      Files.createDirectories(folder, mode(folder, "rwx------"));
      var unfinished = Files.createTempFile(folder, "registry", ".key", mode(folder, "rw-------"));
      try (var channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(octets));
        channel.force(true);
      }
      Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new RegistryKeyException(
          "The registry's key file %s cannot be made (%s): let the server's user write to its folder,"
                  .formatted(file, e)
              + " or name another file with m2mx.registry.key-file",
          e);
    }
    LOG.log(Level.INFO, "Registry key made: {0}; back it up with the database", file);
    return octets;
  }

  private static FileAttribute<?>[] mode(Path folder, String permissions) {
    return hasPermissions(folder)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static void warnIfOthersMayRead(Path file) throws IOException {
    if (hasPermissions(file)) {
      var permissions = Files.getPosixFilePermissions(file);
      if (!Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)
          .containsAll(permissions)) {
        LOG.log(
            Level.WARNING,
            "The registry''s key file {0} is open to others ({1}): chmod 600 it",
            file,
            PosixFilePermissions.toString(permissions));
      }
    }
  }

  private static boolean hasPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
