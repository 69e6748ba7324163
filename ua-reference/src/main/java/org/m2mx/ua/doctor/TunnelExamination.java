package org.m2mx.ua.doctor;

import java.io.IOException;
import java.util.function.Consumer;
import org.m2mx.ua.ike.Charon;
import org.m2mx.ua.sdp.DataProtocol;

/** Looks whether calls can have tunnels from here; most need none. */
public final class TunnelExamination {
  private final Consumer<Finding> findings;

  /**
   * An examination.
   *
   * @param findings is told what is found
   */
  public TunnelExamination(Consumer<Finding> findings) {
    this.findings = findings;
  }

  /**
   * Asks the IKE daemon.
   *
   * @param charon it, whether it is there or not
   */
  public void run(Charon charon) {
    String protocol = DataProtocol.IKE_ESP_UDPENCAP.toString();
    try {
      findings.accept(Finding.ok("tunnel", protocol + " can be had by " + charon.check()));
    } catch (IOException e) {
      findings.accept(
          Finding.warn(
              "tunnel",
              "no " + protocol + ": " + e.getMessage(),
              "Nothing, unless a peer takes nothing else: then have strongSwan run, and be root"));
    }
  }
}
