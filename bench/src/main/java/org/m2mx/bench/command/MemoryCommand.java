package org.m2mx.bench.command;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.Device;
import org.m2mx.bench.load.Registering;
import org.m2mx.bench.load.SipMessage;
import org.m2mx.bench.load.Step;
import org.m2mx.bench.load.TlsFlow;
import org.m2mx.bench.report.Table;
import org.m2mx.bench.server.M2mx;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench memory}. */
@Command(
    name = "memory",
    description = "What a TLS connection that has registered and says nothing costs the server.",
    mixinStandardHelpOptions = true)
public final class MemoryCommand implements Callable<Integer> {
  private static final int EXPIRES = 7200;
  private static final int THREADS = 4;
  private static final int PROGRESS = 2000;

  /** Transactions are kept for 32 s, sessions end with them. */
  private static final long SETTLING_MILLIS = 40_000;

  @Mixin private Setting setting = new Setting();

  @Option(
      names = "--flows",
      paramLabel = "NUMBER",
      defaultValue = "20000",
      description =
          "How many connections, each of an account of its own (default: ${DEFAULT-VALUE}). Both"
              + " processes need as many open files: see ulimit -n.")
  private int flows;

  /** For picocli. */
  public MemoryCommand() {}

  @Override
  public Integer call()
      throws IOException, InterruptedException, SQLException, GeneralSecurityException {
    if (flows < 1) {
      throw new BenchException("--flows %d: give 1 or more".formatted(flows));
    }
    setting.needsAccounts(flows);
    try (Stage stage = Stage.ofM2mx(setting)) {
      setting.result(measure(stage.m2mx()));
    }
    return 0;
  }

  private Table measure(M2mx server)
      throws IOException, InterruptedException, GeneralSecurityException {
    SSLContext context = trusting(server);
    // Classes and caches of the first connection are not the price of the next.
    try (TlsFlow first = registered(server, context, 0, "first")) {
      first.rest();
      long before = server.dataBytes();
      setting.progress("Opening %d connections ...", flows);
      List<TlsFlow> open = openAll(server, context);
      setting.progress("Waiting until what was said is forgotten ...");
      Thread.sleep(SETTLING_MILLIS);
      long after = server.dataBytes();
      Table table = new Table("TLS flows", "heap before, MiB", "heap then, MiB", "KiB a flow");
      table.row(
          Integer.toString(flows),
          mib(before),
          mib(after),
          String.format(Locale.ROOT, "%.1f", (after - before) / 1024.0 / flows));
      for (TlsFlow flow : open) {
        flow.close();
      }
      return table;
    }
  }

  private List<TlsFlow> openAll(M2mx server, SSLContext context)
      throws IOException, InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      List<Future<TlsFlow>> opening = new ArrayList<>();
      for (int i = 0; i < flows; i++) {
        int number = i;
        opening.add(threads.submit(() -> registered(server, context, number, "m" + number)));
      }
      List<TlsFlow> open = new ArrayList<>();
      for (Future<TlsFlow> flow : opening) {
        open.add(flow.get());
        if (open.size() % PROGRESS == 0) {
          setting.progress("  %d", open.size());
        }
      }
      return open;
    } catch (ExecutionException e) {
      throw new BenchException("A connection could not be opened: " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
    }
  }

  private static TlsFlow registered(M2mx server, SSLContext context, int number, String callId)
      throws IOException {
    TlsFlow flow = new TlsFlow(server.tlsAddress(), context);
    Device device = Device.number(number);
    Registering registering =
        new Registering(
            device,
            callId,
            "TLS 127.0.0.1:5061",
            "sip:" + device.user() + "@127.0.0.1:5061;transport=tls",
            EXPIRES);
    Step step = registering.begin();
    while (step.mood() == Step.Mood.ASKING) {
      SipMessage response = flow.exchange(step.send().get(0));
      step = registering.on(response);
    }
    if (step.mood() != Step.Mood.DONE) {
      flow.close();
      throw new BenchException("Device " + number + " could not register: " + step.reason());
    }
    flow.rest();
    return flow;
  }

  private static SSLContext trusting(M2mx server) throws IOException, GeneralSecurityException {
    KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
    anchors.load(null);
    try (InputStream in = Files.newInputStream(server.certificate())) {
      Certificate certificate = CertificateFactory.getInstance("X.509").generateCertificate(in);
      anchors.setCertificateEntry("m2mx", certificate);
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(anchors);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static String mib(long bytes) {
    return String.format(Locale.ROOT, "%.0f", bytes / 1024.0 / 1024);
  }
}
