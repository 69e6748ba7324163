package org.m2mx.ua.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.m2mx.ua.testing.Background.inBackground;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sender and receiver over a connection on loopback, and either against a stranger. */
@Timeout(180)
class FileTransferTest {
  @TempDir Path folder;
  private Path outbox;
  private Path inbox;
  private ServerSocket listener;
  private Socket sending;
  private Socket receiving;
  private final Log sent = new Log();
  private final Log received = new Log();

  /** What a listener was told. */
  private static final class Log implements TransferListener {
    private final List<Long> begins = new ArrayList<>();
    private final List<Path> arrived = new ArrayList<>();
    private final List<Boolean> already = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();

    @Override
    public void begins(FileOffer file, long from) {
      begins.add(from);
    }

    @Override
    public void arrived(FileOffer file, Path path, boolean already) {
      arrived.add(path);
      this.already.add(already);
    }

    @Override
    public void failed(FileOffer file, String why) {
      failed.add(why);
    }
  }

  @BeforeEach
  void connect() throws Exception {
    outbox = Files.createDirectories(folder.resolve("outbox"));
    inbox = folder.resolve("inbox");
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    reconnect();
  }

  private void reconnect() throws IOException {
    sending = new Socket(listener.getInetAddress(), listener.getLocalPort());
    receiving = listener.accept();
  }

  @AfterEach
  void disconnect() throws IOException {
    sending.close();
    receiving.close();
    listener.close();
  }

  private Path file(String name, int size) throws IOException {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return Files.write(outbox.resolve(name), bytes);
  }

  private CompletableFuture<Void> receive() throws IOException {
    FileReceiver receiver =
        new FileReceiver(
            receiving.getInputStream(), receiving.getOutputStream(), new Inbox(inbox), received);
    return inBackground(
        () -> {
          receiver.receive();
          return null;
        });
  }

  private boolean send(OutputStream out, OutgoingFile... files) throws IOException {
    return new FileSender(sending.getInputStream(), out, sent).send(List.of(files));
  }

  private boolean send(OutgoingFile... files) throws IOException {
    return send(sending.getOutputStream(), files);
  }

  private List<String> names() throws IOException {
    try (Stream<Path> paths = Files.list(inbox)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void carriesFilesOfAllSizes() throws Exception {
    Path large = file("large.bin", 40_000_000);
    Path empty = file("empty", 0);
    CompletableFuture<Void> receiver = receive();
    assertThat(send(OutgoingFile.of(large), OutgoingFile.of(empty))).isTrue();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(names()).containsExactly("empty", "large.bin");
    assertThat(inbox.resolve("large.bin")).hasSameBinaryContentAs(large);
    assertThat(inbox.resolve("empty")).isEmptyFile();
    assertThat(received.arrived)
        .containsExactly(inbox.resolve("large.bin"), inbox.resolve("empty"));
  }

  /** A channel that breaks after so many bytes. */
  private final class Breaking extends FilterOutputStream {
    private int left;

    Breaking(int after) throws IOException {
      super(sending.getOutputStream());
      left = after;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      left -= length;
      if (left < 0) {
        sending.shutdownOutput();
        throw new IOException("cut");
      }
      out.write(bytes, offset, length);
    }
  }

  @Test
  void goesOnWhereTheConnectionBroke() throws Exception {
    OutgoingFile large = OutgoingFile.of(file("large.bin", 5_000_000));
    CompletableFuture<Void> receiver = receive();
    assertThatThrownBy(() -> send(new Breaking(3_000_000), large)).hasMessage("cut");
    assertThatThrownBy(() -> receiver.get(60, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(IOException.class)
        .isNotInstanceOf(TransferException.class);
    assertThat(names()).containsExactly(".m2mx-" + large.offer().sha256() + ".part");

    reconnect();
    CompletableFuture<Void> again = receive();
    assertThat(send(large)).isTrue();
    again.get(60, TimeUnit.SECONDS);
    assertThat(sent.begins).hasSize(2).first().isEqualTo(0L);
    assertThat(sent.begins.get(1)).isBetween(2_800_000L, 3_000_000L);
    assertThat(names()).containsExactly("large.bin");
    assertThat(inbox.resolve("large.bin")).hasSameBinaryContentAs(large.path());
  }

  @Test
  void beginsAnewWhenWhatWasLeftIsNotOfThisFile() throws Exception {
    OutgoingFile file = OutgoingFile.of(file("a.bin", 100_000));
    Files.createDirectories(inbox);
    Files.write(inbox.resolve(".m2mx-" + file.offer().sha256() + ".part"), new byte[50_000]);
    CompletableFuture<Void> receiver = receive();
    assertThat(send(file)).isTrue();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(sent.begins).containsExactly(50_000L, 0L);
    assertThat(names()).containsExactly("a.bin");
    assertThat(inbox.resolve("a.bin")).hasSameBinaryContentAs(file.path());
  }

  @Test
  void sendsNothingThatTheReceiverHas() throws Exception {
    OutgoingFile file = OutgoingFile.of(file("a.bin", 1000));
    Files.createDirectories(inbox);
    Files.copy(file.path(), inbox.resolve("a.bin"));
    CompletableFuture<Void> receiver = receive();
    assertThat(send(file)).isTrue();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(sent.already).containsExactly(true);
    assertThat(sent.begins).isEmpty();
    assertThat(names()).containsExactly("a.bin");
  }

  @Test
  void replacesNothing() throws Exception {
    OutgoingFile file = OutgoingFile.of(file("a.bin", 1000));
    Files.createDirectories(inbox);
    Files.writeString(inbox.resolve("a.bin"), "mine");
    Files.createSymbolicLink(inbox.resolve("a (2).bin"), folder.resolve("elsewhere"));
    CompletableFuture<Void> receiver = receive();
    assertThat(send(file)).isTrue();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(inbox.resolve("a.bin")).hasContent("mine");
    assertThat(folder.resolve("elsewhere")).doesNotExist();
    assertThat(received.arrived).containsExactly(inbox.resolve("a (3).bin"));
    assertThat(inbox.resolve("a (3).bin")).hasSameBinaryContentAs(file.path());
  }

  @Test
  void doesNotWriteThroughALinkThatLiesInWait() throws Exception {
    OutgoingFile file = OutgoingFile.of(file("a.bin", 1000));
    Files.createDirectories(inbox);
    Path target = Files.writeString(folder.resolve("target"), "mine");
    Files.createSymbolicLink(inbox.resolve(".m2mx-" + file.offer().sha256() + ".part"), target);
    CompletableFuture<Void> receiver = receive();
    assertThat(send(file)).isFalse();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(sent.failed).containsExactly("the receiver cannot write to its folder");
    assertThat(target).hasContent("mine");
  }

  @Test
  void keepsAFileWhoseNameWouldEscapeInTheFolder() throws Exception {
    OutgoingFile file = OutgoingFile.of(file("a.bin", 1000));
    FileOffer evil = new FileOffer("../../évil name%", 1000, file.offer().sha256());
    CompletableFuture<Void> receiver = receive();
    assertThat(send(new OutgoingFile(file.path(), evil))).isTrue();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(names()).containsExactly("évil name%");
  }

  @Test
  void keepsNothingWhoseChecksumIsWrong() throws Exception {
    Path path = file("a.bin", 1000);
    OutgoingFile before = OutgoingFile.of(path);
    Files.write(path, new byte[1000]);
    OutgoingFile other = OutgoingFile.of(file("b.bin", 500));
    CompletableFuture<Void> receiver = receive();
    assertThat(send(before, other)).as("all arrived").isFalse();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(sent.failed).containsExactly("the checksum differs");
    assertThat(names()).containsExactly("b.bin");
  }

  @Test
  void tellsThatAFileBecameShorter() throws Exception {
    Path path = file("a.bin", 1000);
    OutgoingFile before = OutgoingFile.of(path);
    Files.write(path, new byte[10]);
    CompletableFuture<Void> receiver = receive();
    assertThatThrownBy(() -> send(before))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("became shorter");
    sending.close();
    assertThatThrownBy(() -> receiver.get(60, TimeUnit.SECONDS)).isNotNull();
    assertThat(names()).noneMatch(name -> !name.endsWith(".part"));
  }

  @Test
  void refusesWhatDoesNotFitOnTheDisk() throws Exception {
    OutgoingFile file = OutgoingFile.of(file("a.bin", 1000));
    FileOffer huge = new FileOffer("huge", 900_000_000_000_000_000L, file.offer().sha256());
    CompletableFuture<Void> receiver = receive();
    assertThat(send(new OutgoingFile(file.path(), huge))).isFalse();
    receiver.get(60, TimeUnit.SECONDS);
    assertThat(sent.failed).containsExactly("the receiver has not enough room on its disk");
  }

  @Test
  void comesBackLaterToAFileThatAnotherTransferIsAt() throws Exception {
    OutgoingFile file = OutgoingFile.of(file("a.bin", 1000));
    Files.createDirectories(inbox);
    Path partial = inbox.resolve(".m2mx-" + file.offer().sha256() + ".part");
    try (FileChannel other =
        FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      assertThat(other.lock()).isNotNull();
      CompletableFuture<Void> receiver = receive();
      assertThatThrownBy(() -> send(file))
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(TransferException.class)
          .hasMessageContaining("in another transfer");
      sending.close();
      assertThatThrownBy(() -> receiver.get(60, TimeUnit.SECONDS)).isNotNull();
    }
  }

  @Test
  void doesNotTakeAnotherProtocolForFiles() throws Exception {
    CompletableFuture<Void> receiver = receive();
    sending.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(() -> receiver.get(60, TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(TransferException.class)
        .hasMessage("The peer speaks another protocol than files");
    assertThatThrownBy(
            () ->
                new FileSender(InputStream.nullInputStream(), OutputStream.nullOutputStream(), sent)
                    .send(List.of()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void endsALineThatDoesNotEnd() throws Exception {
    CompletableFuture<Void> receiver = receive();
    sending.getOutputStream().write("x".repeat(5000).getBytes(StandardCharsets.US_ASCII));
    assertThatThrownBy(receiver::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(TransferException.class);
  }
}
