package org.m2mx.ua.testgateway;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A home's gateway on loopback, with IGD:2 (SSDP, description, WANIPv6FirewallControl), PCP and
 * NAT-PMP, whose features and faults are switched on and off. For IPv4 it translates addresses.
 */
public final class TestGateway implements AutoCloseable {
  private static final String SERVICE = "urn:schemas-upnp-org:service:WANIPv6FirewallControl:1";
  private static final Pattern ARGUMENT = Pattern.compile("<(\\w+)>([^<]*)</\\1>");

  /** Answers SSDP. */
  public volatile boolean ssdp = true;

  /** What GetFirewallStatus says. */
  public volatile boolean firewallEnabled = true;

  /** What GetFirewallStatus says. */
  public volatile boolean pinholeAllowed = true;

  /** The LOCATION of SSDP answers; null for the true one. */
  public volatile String location;

  /** Put before the root element of the description. */
  public volatile String prolog = "";

  /** The controlURL of the description. */
  public volatile String controlUrl = "/control";

  /** The error for a UniqueID that it does not know; some gateways say 402. */
  public volatile int unknownPinhole = 704;

  /** Answers PCP. */
  public volatile boolean pcp = true;

  /** Answers with a nonce of somebody else's. */
  public volatile boolean wrongNonce;

  /** Opens another port than asked for. */
  public volatile boolean otherPort;

  /** Grants at most these seconds. */
  public volatile int longestLifetime = 86_400;

  /** Holes by UniqueID, or by PCP nonce, with their arguments as text. */
  public final Map<String, String> holes = new ConcurrentHashMap<>();

  /** Actions as they came. */
  public final Queue<String> actions = new ConcurrentLinkedQueue<>();

  /** Answers NAT-PMP. */
  public volatile boolean natPmp = true;

  /** The result of each NAT-PMP answer. */
  public volatile int natPmpResult;

  /** Its address outside, where it translates. */
  public volatile String externalAddress = "203.0.113.9";

  private final DatagramSocket ssdpSocket;
  private final DatagramSocket pcpSocket;
  private final HttpServer http;
  private volatile long started = System.nanoTime();
  private volatile int nextId;

  /** Starts it, for IPv6. */
  public TestGateway() throws IOException {
    this(InetAddress.getByName("::1"));
  }

  /** Starts it at an address. */
  public TestGateway(InetAddress address) throws IOException {
    InetSocketAddress anyPort = new InetSocketAddress(address, 0);
    ssdpSocket = new DatagramSocket(anyPort);
    pcpSocket = new DatagramSocket(anyPort);
    http = HttpServer.create(anyPort, 0);
    http.createContext("/root.xml", this::describe);
    http.createContext("/control", this::control);
    http.start();
    serve(ssdpSocket, this::answerSearch);
    serve(
        pcpSocket,
        (request, sender) -> request[0] == 0 ? answerNatPmp(request) : answerPcp(request, sender));
  }

  /** Where it listens for SSDP. */
  public InetSocketAddress ssdpAddress() {
    return (InetSocketAddress) ssdpSocket.getLocalSocketAddress();
  }

  /** Where it listens for PCP and NAT-PMP. */
  public InetSocketAddress pcpAddress() {
    return (InetSocketAddress) pcpSocket.getLocalSocketAddress();
  }

  /** Forgets its holes, and starts its epoch and its identifiers anew. */
  public void restart() {
    holes.clear();
    nextId = 0;
    started = System.nanoTime();
  }

  /** Pretends to have been up for longer. */
  public void age(long seconds) {
    started -= seconds * 1_000_000_000L;
  }

  private interface Answer {
    byte[] to(byte[] request, InetAddress sender) throws IOException;
  }

  private static void serve(DatagramSocket socket, Answer answer) {
    Thread thread =
        new Thread(
            () -> {
              byte[] buffer = new byte[2048];
              while (!socket.isClosed()) {
                try {
                  DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                  socket.receive(packet);
                  byte[] request = java.util.Arrays.copyOf(buffer, packet.getLength());
                  byte[] response = answer.to(request, packet.getAddress());
                  if (response != null) {
                    socket.send(
                        new DatagramPacket(response, response.length, packet.getSocketAddress()));
                  }
                } catch (SocketException e) {
                  return;
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  private byte[] answerSearch(byte[] request, InetAddress sender) {
    String search = new String(request, StandardCharsets.US_ASCII);
    if (!ssdp
        || !search.startsWith("M-SEARCH * HTTP/1.1\r\n")
        || !search.contains("\r\nST: " + SERVICE + "\r\n")
        || !search.contains("\r\nMAN: \"ssdp:discover\"\r\n")) {
      return null;
    }
    String there = "http://[::1]:" + http.getAddress().getPort() + "/root.xml";
    return ("HTTP/1.1 200 OK\r\nST: "
            + SERVICE
            + "\r\nLocation: "
            + (location == null ? there : location)
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  private void describe(HttpExchange exchange) throws IOException {
    reply(
        exchange,
        200,
        """
        <?xml version="1.0"?>
        %s<root xmlns="urn:schemas-upnp-org:device-1-0"><device><deviceList><device><serviceList>
        <service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:2</serviceType>
        <controlURL>/elsewhere</controlURL></service>
        <service><serviceType>%s</serviceType><controlURL>%s</controlURL></service>
        </serviceList></device></deviceList></device></root>
        """
            .formatted(prolog, SERVICE, controlUrl));
  }

  private void control(HttpExchange exchange) throws IOException {
    String action =
        exchange.getRequestHeaders().getFirst("SOAPAction").replace("\"", "").split("#")[1];
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    StringBuilder arguments = new StringBuilder();
    Matcher argument = ARGUMENT.matcher(body);
    while (argument.find()) {
      arguments.append(argument.group(1)).append('=').append(argument.group(2)).append(' ');
    }
    String said = arguments.toString().strip();
    actions.add(action + " " + said);
    String id = said.replaceFirst(".*UniqueID=(\\d+).*", "$1");
    switch (action) {
      case "GetFirewallStatus" ->
          succeed(
              exchange,
              action,
              "<FirewallEnabled>"
                  + (firewallEnabled ? 1 : 0)
                  + "</FirewallEnabled><InboundPinholeAllowed>"
                  + (pinholeAllowed ? 1 : 0)
                  + "</InboundPinholeAllowed>");
      case "AddPinhole" -> {
        if (!pinholeAllowed) {
          fail(exchange, 703, "InboundPinholeSpaceExhausted");
          return;
        }
        String unique = String.valueOf(++nextId);
        holes.put(unique, said);
        succeed(exchange, action, "<UniqueID>" + unique + "</UniqueID>");
      }
      case "UpdatePinhole", "DeletePinhole" -> {
        if (!holes.containsKey(id)) {
          fail(exchange, unknownPinhole, "of an unknown pinhole");
          return;
        }
        if (action.equals("DeletePinhole")) {
          holes.remove(id);
        }
        succeed(exchange, action, "");
      }
      default -> fail(exchange, 401, "Invalid Action");
    }
  }

  private static void succeed(HttpExchange exchange, String action, String results)
      throws IOException {
    envelope(
        exchange,
        200,
        "<u:"
            + action
            + "Response xmlns:u=\""
            + SERVICE
            + "\">"
            + results
            + "</u:"
            + action
            + "Response>");
  }

  private static void fail(HttpExchange exchange, int code, String why) throws IOException {
    envelope(
        exchange,
        500,
        "<s:Fault><faultcode>s:Client</faultcode><detail><UPnPError><errorCode>"
            + code
            + "</errorCode><errorDescription>"
            + why
            + "</errorDescription></UPnPError></detail></s:Fault>");
  }

  private static void envelope(HttpExchange exchange, int status, String body) throws IOException {
    reply(
        exchange,
        status,
        "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\">"
            + "<s:Body>"
            + body
            + "</s:Body></s:Envelope>");
  }

  private static void reply(HttpExchange exchange, int status, String body) throws IOException {
    byte[] octets = body.getBytes(StandardCharsets.UTF_8);
    // 0 stands for chunks: some gateways send them.
    exchange.sendResponseHeaders(status, status == 200 ? 0 : octets.length);
    exchange.getResponseBody().write(octets);
    exchange.close();
  }

  private byte[] answerPcp(byte[] request, InetAddress sender) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(request);
    if (!pcp || in.get(0) != 2) {
      return null;
    }
    int opcode = in.get(1);
    int lifetime = in.getInt(4);
    byte[] client = new byte[16];
    in.position(8);
    in.get(client);
    boolean mismatch = !InetAddress.getByAddress(client).equals(sender);
    int result = mismatch ? 12 : 0;
    if (opcode == 1) {
      byte[] nonce = new byte[12];
      in.get(nonce);
      String key = HexFormat.of().formatHex(nonce);
      actions.add("MAP " + lifetime);
      if (lifetime == 0) {
        holes.remove(key);
      } else {
        holes.put(key, in.get(36) + " " + (in.getShort(40) & 0xffff));
      }
    }
    ByteBuffer out = ByteBuffer.wrap(request.clone());
    out.put(1, (byte) (opcode | 0x80)).put(3, (byte) result);
    out.putInt(4, Math.min(lifetime, longestLifetime));
    out.putInt(8, (int) ((System.nanoTime() - started) / 1_000_000_000L)).putInt(12, 0);
    out.putLong(16, 0);
    if (opcode == 1 && sender instanceof Inet4Address) {
      out.put(54, new byte[] {-1, -1}).put(56, InetAddress.getByName(externalAddress).getAddress());
    }
    if (opcode == 1 && wrongNonce) {
      out.put(24, (byte) ~out.get(24));
    }
    if (opcode == 1 && otherPort) {
      out.putShort(42, (short) (out.getShort(42) ^ 1));
    }
    return out.array();
  }

  private byte[] answerNatPmp(byte[] request) throws IOException {
    if (!natPmp) {
      return null;
    }
    int opcode = request[1];
    int uptime = (int) ((System.nanoTime() - started) / 1_000_000_000L);
    ByteBuffer out = ByteBuffer.allocate(natPmpResult != 0 ? 8 : opcode == 0 ? 12 : 16);
    out.put((byte) 0).put((byte) (opcode | 0x80)).putShort((short) natPmpResult).putInt(uptime);
    if (natPmpResult != 0) {
      return out.array();
    }
    if (opcode == 0) {
      return out.put(InetAddress.getByName(externalAddress).getAddress()).array();
    }
    ByteBuffer in = ByteBuffer.wrap(request);
    int internal = in.getShort(4) & 0xffff;
    int external = (in.getShort(6) & 0xffff) ^ (otherPort ? 1 : 0);
    int lifetime = Math.min(in.getInt(8), longestLifetime);
    String key = "NAT-PMP " + opcode + " " + internal;
    actions.add(opcode + " " + internal + " " + (in.getShort(6) & 0xffff) + " " + in.getInt(8));
    if (lifetime == 0) {
      holes.remove(key);
      external = 0;
    } else {
      holes.put(key, external + " to " + internal);
    }
    return out.putShort((short) internal).putShort((short) external).putInt(lifetime).array();
  }

  @Override
  public void close() {
    ssdpSocket.close();
    pcpSocket.close();
    http.stop(0);
  }
}
