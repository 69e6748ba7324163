package org.m2mx.bench.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.machine.ProcessTree;
import org.m2mx.bench.server.M2mx;

/** A telco's own system, which opens its customers' accounts over REST, one request each. */
public final class Provisioning {
  private static final String KEY =
      """
      insert into api_key (name, domain, scope, token_hash, created, expires)
      select 'bench', domain, 'WRITE', ?, current_timestamp, current_timestamp + interval '1 day'
      from isp where domain = ?
      """;

  private static final int CREATED = 201;
  private static final int WARM_UP = 1000;

  private final M2mx server;
  private final ProcessTree database;
  private final int connections;

  /**
   * @param server with an ISP of its own
   * @param database the processes of its database
   * @param connections how many requests are under way at a time
   */
  public Provisioning(M2mx server, ProcessTree database, int connections) {
    this.server = server;
    this.database = database;
    this.connections = connections;
  }

  /**
   * Opens accounts, some more before them while classes are loaded and compiled.
   *
   * @param subscribers how many
   * @return what it took
   * @throws BenchException when an account is not opened
   */
  public Opened run(int subscribers)
      throws IOException, InterruptedException, SQLException, GeneralSecurityException {
    String domain = new Crowd(server.database()).domain();
    String token = key(domain);
    URI accounts = server.console().resolve("api/v1/isps/" + domain + "/subscribers");
    SSLContext trust = ConsoleTrust.of(server.console(), server.consoleKeyStore());
    open(trust, accounts, token, "warm", WARM_UP);
    long serverCpu = server.tree().cpuMicros();
    long databaseCpu = database.cpuMicros();
    long begun = System.nanoTime();
    List<Long> waits = open(trust, accounts, token, "home", subscribers);
    return new Opened(
        waits,
        System.nanoTime() - begun,
        server.tree().cpuMicros() - serverCpu,
        database.cpuMicros() - databaseCpu);
  }

  private String key(String domain) throws SQLException, GeneralSecurityException {
    byte[] octets = new byte[32];
    new SecureRandom().nextBytes(octets);
    String token = Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(UTF_8));
    try (Connection connection = server.database().getConnection();
        PreparedStatement statement = connection.prepareStatement(KEY)) {
      statement.setString(1, HexFormat.of().formatHex(hash));
      statement.setString(2, domain);
      statement.executeUpdate();
    }
    return token;
  }

  private List<Long> open(
      SSLContext trust, URI accounts, String token, String prefix, int subscribers)
      throws InterruptedException {
    AtomicInteger next = new AtomicInteger();
    var threads = Executors.newFixedThreadPool(connections);
    try {
      Callable<List<Long>> work =
          () -> {
            HttpClient client =
                HttpClient.newBuilder()
                    .sslContext(trust)
                    .version(HttpClient.Version.HTTP_1_1)
                    .build();
            List<Long> waits = new ArrayList<>();
            for (int i = next.getAndIncrement(); i < subscribers; i = next.getAndIncrement()) {
              long begun = System.nanoTime();
              open(client, accounts, token, prefix + '-' + i);
              waits.add(System.nanoTime() - begun);
            }
            return waits;
          };
      List<Future<List<Long>>> all = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        all.add(threads.submit(work));
      }
      List<Long> waits = new ArrayList<>();
      for (Future<List<Long>> one : all) {
        waits.addAll(one.get());
      }
      return waits;
    } catch (ExecutionException e) {
      throw new BenchException("Opening accounts failed: " + e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** As a careful system does it: with a name for the request, so that it can be repeated. */
  private static void open(HttpClient client, URI accounts, String token, String user)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(accounts)
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", user)
            .POST(HttpRequest.BodyPublishers.ofString("{\"user\":\"" + user + "\"}"))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != CREATED) {
      throw new BenchException(user + " was answered " + response.statusCode());
    }
  }
}
