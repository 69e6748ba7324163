package org.m2mx.ua.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.ua.Aor;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.sdp.Fingerprint;

/** Whom a device knows, and by what. */
class KnownPeersTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Aor VIDEO = Aor.parse("sip:video@m2m-x.example");
  private static final Aor ALICE = Aor.parse("sip:alice@m2m-x.example");
  private static final Fingerprint FIRST = fingerprint("AA");
  private static final Fingerprint SECOND = fingerprint("BB");

  @TempDir Path folder;
  private Path file;
  private KnownPeers peers;

  @BeforeEach
  void open() {
    file = folder.resolve("known-peers");
    peers = new KnownPeers(file, Clock.fixed(NOON.plusNanos(5), ZoneOffset.UTC));
  }

  private static Fingerprint fingerprint(String octet) {
    return new Fingerprint("SHA-256", octet + (":" + octet).repeat(31));
  }

  private static void assertUnusable(ThrowingCall call, String why) {
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(call::run)
        .withMessageContaining(why)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.DEVICE_STATE));
  }

  private interface ThrowingCall {
    void run() throws Exception;
  }

  @Test
  void remembersTheFirstCertificateAndRefusesAnother() throws Exception {
    assertThat(peers.meet(VIDEO, FIRST)).isTrue();
    assertThat(peers.meet(VIDEO, FIRST)).isFalse();
    assertThat(peers.meet(ALICE, SECOND)).as("a name of its own").isTrue();
    assertThatExceptionOfType(UserAgentException.class)
        .isThrownBy(() -> peers.meet(VIDEO, SECOND))
        .withMessageContaining("showed " + SECOND)
        .withMessageContaining("known is " + FIRST + " since 2026-11-22T12:00:00Z")
        .withMessageContaining("m2mx-ua peers accept " + VIDEO + " " + SECOND.hex())
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.PEER_CHANGED));
    assertThat(peers.list())
        .containsExactly(new KnownPeer(VIDEO, FIRST, NOON), new KnownPeer(ALICE, SECOND, NOON));
  }

  @Test
  void knowsANameBySeveralCertificatesOnceTheyAreAccepted() throws Exception {
    peers.meet(VIDEO, FIRST);
    assertThat(peers.accept(VIDEO, SECOND)).isTrue();
    assertThat(peers.accept(VIDEO, SECOND)).isFalse();
    assertThat(peers.meet(VIDEO, FIRST)).isFalse();
    assertThat(peers.meet(VIDEO, SECOND)).isFalse();
    assertThat(peers.list()).hasSize(2);
  }

  @Test
  void forgetsOneCertificateOrAll() throws Exception {
    peers.meet(VIDEO, FIRST);
    peers.accept(VIDEO, SECOND);
    assertThat(peers.forget(VIDEO, FIRST)).isTrue();
    assertThat(peers.forget(VIDEO, FIRST)).isFalse();
    assertThatExceptionOfType(UserAgentException.class).isThrownBy(() -> peers.meet(VIDEO, FIRST));
    assertThat(peers.forget(VIDEO)).isTrue();
    assertThat(peers.forget(VIDEO)).isFalse();
    assertThat(peers.meet(VIDEO, FIRST)).as("its first again").isTrue();
  }

  @Test
  void isKeptForItsOwnerAlone() throws Exception {
    peers.meet(VIDEO, FIRST);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(file).hasContent(VIDEO + " SHA-256 " + FIRST.hex() + " 2026-11-22T12:00:00Z\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw----"));
    assertUnusable(() -> peers.meet(VIDEO, FIRST), "run: chmod 600 " + file);
  }

  @Test
  void trustsNobodyWhenTheFileIsDamaged() throws Exception {
    for (String line :
        new String[] {
          "nonsense",
          VIDEO + " SHA-256 XX 2026-11-22T12:00:00Z",
          VIDEO + " " + FIRST + " yesterday",
          "video " + FIRST + " 2026-11-22T12:00:00Z",
        }) {
      peers.forget(VIDEO);
      peers.meet(VIDEO, FIRST);
      String good = Files.readString(file);
      Files.writeString(file, good + line + "\n");
      assertUnusable(() -> peers.meet(ALICE, FIRST), file + ", line 2");
      assertThat(Files.readString(file)).as("left as it is").isEqualTo(good + line + "\n");
      Files.writeString(file, good);
    }
  }

  @Test
  void losesNothingWhenSeveralAreMetAtOnce() throws Exception {
    List<CompletableFuture<Void>> meetings = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Aor peer = new Aor("peer" + i, "m2m-x.example");
      meetings.add(
          CompletableFuture.runAsync(
              () -> {
                try {
                  new KnownPeers(file, Clock.systemUTC()).meet(peer, FIRST);
                } catch (UserAgentException e) {
                  throw new CompletionException(e);
                }
              }));
    }
    CompletableFuture.allOf(meetings.toArray(CompletableFuture[]::new)).join();
    assertThat(peers.list()).hasSize(20);
  }
}
