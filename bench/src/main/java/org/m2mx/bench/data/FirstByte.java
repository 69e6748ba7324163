package org.m2mx.bench.data;

import java.io.IOException;
import java.nio.file.Path;
import org.m2mx.bench.BenchException;
import org.m2mx.ua.sdp.DataProtocol;

/** How soon after its INVITE a caller hears the first byte of the callee's, by way of a server. */
public final class FirstByte implements AutoCloseable {
  private final EndProcess callee;
  private final EndProcess caller;

  /**
   * What was measured, in milliseconds, each the median.
   *
   * @param firstByte from the INVITE to the callee's first byte
   * @param answer from the same INVITE to the ACK of the callee's 200: the call's signalling
   * @param decline from an INVITE to the callee's 603
   * @param notFound from an INVITE to nobody to the server's 404
   */
  public record Result(double firstByte, double answer, double decline, double notFound) {

    /**
     * What a call may take: its signalling, and then one handshake of the channel's.
     *
     * @param handshake milliseconds
     * @return milliseconds
     */
    public double budget(double handshake) {
      return answer + handshake;
    }
  }

  private FirstByte(EndProcess callee, EndProcess caller) {
    this.callee = callee;
    this.caller = caller;
  }

  /**
   * Registers two user agents on this machine.
   *
   * @param accounts holds alice.json and video.json; alice may call video
   * @param work a folder for their devices
   */
  public static FirstByte start(Path accounts, Path work) throws IOException {
    EndProcess.Place here = EndProcess.Place.here();
    return start(accounts, work, here, here);
  }

  /**
   * Registers two user agents, each on a machine of its own, with a server on this one.
   *
   * @param accounts holds alice.json and video.json; alice may call video
   * @param work a folder for their devices
   * @param machines which; besides this one
   */
  public static FirstByte start(Path accounts, Path work, TwoMachines machines) throws IOException {
    return start(accounts, work, machines.first(), machines.second(), TwoMachines.HERE);
  }

  private static FirstByte start(
      Path accounts,
      Path work,
      EndProcess.Place callerAt,
      EndProcess.Place calleeAt,
      String... server)
      throws IOException {
    EndProcess callee = end(accounts.resolve("video.json"), work, calleeAt, server);
    try {
      EndProcess caller = end(accounts.resolve("alice.json"), work, callerAt, server);
      return new FirstByte(callee, caller);
    } catch (IOException | BenchException e) {
      callee.close();
      throw e;
    }
  }

  private static EndProcess end(Path account, Path work, EndProcess.Place place, String... server)
      throws IOException {
    String[] arguments = {
      account.toString(), work.resolve(account.getFileName() + ".device").toString(),
      place.vici().toString(), String.join("", server)
    };
    EndProcess end = new EndProcess(place, CallingEnd.class, arguments);
    try {
      end.answer();
      return end;
    } catch (IOException | BenchException e) {
      end.close();
      throw e;
    }
  }

  /**
   * Calls several times, after as many calls to warm up.
   *
   * @param protocol what the channel speaks
   * @param calls how many
   */
  public Result measure(DataProtocol protocol, int calls) throws IOException {
    String[] medians = caller.ask(protocol.name() + " " + calls);
    return new Result(
        Double.parseDouble(medians[0]),
        Double.parseDouble(medians[1]),
        Double.parseDouble(medians[2]),
        Double.parseDouble(medians[3]));
  }

  @Override
  public void close() {
    caller.close();
    callee.close();
  }
}
