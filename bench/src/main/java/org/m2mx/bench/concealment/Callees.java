package org.m2mx.bench.concealment;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.m2mx.bench.BenchException;
import org.m2mx.bench.load.Device;
import org.m2mx.bench.load.SipMessage;

/** As many callees of each kind, put into the state that makes them what they are. */
final class Callees {
  private static final String SUSPEND = "update subscriber set status = 'SUSPENDED' where aor = ?";
  private static final String PERMIT =
      "insert into permission (callee, caller, created) values (?, ?, current_timestamp)";

  private final int size;

  /**
   * @param size how many of each kind
   */
  Callees(int size) {
    this.size = size;
  }

  /** How many accounts there must be. */
  int accounts() {
    return Kind.UNREGISTERED.account(size, size);
  }

  /** The address of record of one. */
  String aor(Kind kind, int index) {
    Device account = account(kind, index);
    return switch (kind) {
      case NOBODY -> "sip:n%s@%s".formatted(account.user().substring(1), account.domain());
      case FOREIGN -> "sip:%s@n2m-x.example".formatted(account.user());
      default -> account.aor();
    };
  }

  /** Suspends those who are to be. They permit the caller, which must not show either. */
  void suspend(DataSource database, Device caller) throws SQLException {
    try (Connection connection = database.getConnection();
        var suspend = connection.prepareStatement(SUSPEND);
        var permit = connection.prepareStatement(PERMIT)) {
      for (int i = 0; i < size; i++) {
        String callee = aor(Kind.SUSPENDED, i);
        suspend.setString(1, callee);
        suspend.executeUpdate();
        permit.setString(1, callee);
        permit.setString(2, caller.aor());
        permit.executeUpdate();
      }
    }
  }

  /** How many are to be registered. */
  int registered() {
    return size;
  }

  /** Registers one of those who are to be, over a connection of its own that must stay open. */
  void register(TlsDevice connection, int index) throws IOException {
    Device device = account(Kind.REGISTERED, index);
    SipMessage challenge = answer(connection, device, index, 1, "");
    String uri = "sip:" + device.domain();
    String proof =
        device
            .credentials(challenge, "REGISTER", uri)
            .orElseThrow(
                () ->
                    new BenchException(
                        "REGISTER was answered without a challenge for SHA-256: "
                            + challenge.startLine()));
    SipMessage registered = answer(connection, device, index, 2, proof);
    if (registered.status() != 200) {
      throw new BenchException("REGISTER was answered " + registered.startLine());
    }
  }

  private static SipMessage answer(
      TlsDevice connection, Device device, int number, int cseq, String headers)
      throws IOException {
    connection.send(
        ("REGISTER sip:%s SIP/2.0\r\n"
                + "Via: SIP/2.0/TLS %s;branch=z9hG4bKr%dx%d;rport\r\n"
                + "Max-Forwards: 70\r\n"
                + "From: <%s>;tag=r\r\n"
                + "To: <%s>\r\n"
                + "Call-ID: r%d\r\n"
                + "CSeq: %d REGISTER\r\n"
                + "Contact: <sip:%s@%s;transport=tls>\r\n"
                + "%sContent-Length: 0\r\n\r\n")
            .formatted(
                device.domain(),
                connection.hostPort(),
                number,
                cseq,
                device.aor(),
                device.aor(),
                number,
                cseq,
                device.user(),
                connection.hostPort(),
                headers));
    return connection.finalResponse();
  }

  private Device account(Kind kind, int index) {
    return Device.number(kind.account(index, size));
  }
}
