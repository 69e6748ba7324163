package org.m2mx.ua.data;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramSender;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.device.Device;
import org.m2mx.ua.net.IpText;
import org.m2mx.ua.sdp.Agreement;
import org.m2mx.ua.sdp.DataProtocol;
import org.m2mx.ua.sdp.Setup;

/**
 * An end of packets: DTLS 1.2 over UDP (RFC 6347), with both certificates.
 *
 * <p>The passive side sends nothing until it is spoken to, and to whoever speaks only a cookie (RFC
 * 6347 section 4.2.1): its association is with the address and port that have sent it back. Lost
 * flights are sent again by Bouncy Castle, after 1 s at first and twice as long each time.
 */
final class PacketEndpoint implements DataEndpoint {
  private static final System.Logger LOG = System.getLogger(PacketEndpoint.class.getName());
  private static final int LONGEST_HELLO = 4096;

  private final Device device;
  private final DatagramSocket socket;
  private final InetSocketAddress address;
  private volatile boolean open;

  private PacketEndpoint(Device device, DatagramSocket socket) {
    this.device = device;
    this.socket = socket;
    this.address = (InetSocketAddress) socket.getLocalSocketAddress();
  }

  static PacketEndpoint listen(Device device, InetAddress address) throws UserAgentException {
    try {
      DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, 0));
      UdpTransport.enlarge(socket);
      return new PacketEndpoint(device, socket);
    } catch (IOException e) {
      throw NoChannel.noPort(address, e);
    }
  }

  @Override
  public DataProtocol protocol() {
    return DataProtocol.UDP_DTLS;
  }

  @Override
  public InetSocketAddress address() {
    return address;
  }

  @Override
  public DataChannel open(Agreement agreement, Duration limit) throws UserAgentException {
    Deadline deadline = Deadline.in(limit);
    PeerTrust trust = new PeerTrust(agreement.peerFingerprints());
    DtlsIdentity identity = new DtlsIdentity(device, trust, deadline);
    boolean active = agreement.role() == Setup.ACTIVE;
    UdpTransport transport =
        new UdpTransport(socket, active ? FlightOrder.ofClient() : FlightOrder.ofServer());
    try {
      DTLSTransport dtls =
          active
              ? connect(agreement, identity, transport)
              : accept(agreement, identity, transport, deadline);
      transport.established();
      open = true;
      return new PacketChannel(dtls, transport, identity, active, device.fingerprint());
    } catch (IOException e) {
      socket.close();
      if (trust.refused() != null) {
        throw NoChannel.mismatch(agreement, trust.refused(), e);
      }
      throw transport.hasHeard()
          ? NoChannel.brokenOff(agreement, address, e)
          : NoChannel.noPath(agreement, address, e);
    }
  }

  private DTLSTransport connect(Agreement agreement, DtlsIdentity identity, UdpTransport transport)
      throws IOException {
    socket.connect(agreement.peer());
    return new DTLSClientProtocol().connect(identity.client(), transport);
  }

  private DTLSTransport accept(
      Agreement agreement, DtlsIdentity identity, UdpTransport transport, Deadline deadline)
      throws IOException {
    DTLSRequest request = await(agreement, new DTLSVerifier(identity.crypto()), deadline);
    return new DTLSServerProtocol().accept(identity.server(), transport, request);
  }

  /** Waits for a first flight from the peer's address whose sender can also receive there. */
  private DTLSRequest await(Agreement agreement, DTLSVerifier verifier, Deadline deadline)
      throws IOException {
    DatagramPacket packet = new DatagramPacket(new byte[LONGEST_HELLO], LONGEST_HELLO);
    while (true) {
      socket.setSoTimeout(deadline.millisLeft());
      packet.setLength(LONGEST_HELLO);
      socket.receive(packet);
      InetSocketAddress sender = (InetSocketAddress) packet.getSocketAddress();
      if (!sender.getAddress().equals(agreement.peer().getAddress())) {
        LOG.log(
            System.Logger.Level.WARNING,
            "Ignored a packet from {0}: only {1} was signalled",
            IpText.of(sender),
            IpText.of(agreement.peer().getAddress()));
        continue;
      }
      DTLSRequest request =
          verifier.verifyRequest(
              IpText.of(sender).getBytes(StandardCharsets.US_ASCII),
              packet.getData(),
              packet.getOffset(),
              packet.getLength(),
              new Reply(sender));
      if (request != null) {
        socket.connect(sender);
        return request;
      }
    }
  }

  /** Sends to one address over a socket that is not connected yet. */
  private final class Reply implements DatagramSender {
    private final InetSocketAddress to;

    Reply(InetSocketAddress to) {
      this.to = to;
    }

    @Override
    public int getSendLimit() {
      return UdpTransport.SEND_LIMIT;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) throws IOException {
      socket.send(new DatagramPacket(buffer, offset, length, to));
    }
  }

  @Override
  public void abort() {
    close();
  }

  @Override
  public void close() {
    if (!open) {
      socket.close();
    }
  }
}
