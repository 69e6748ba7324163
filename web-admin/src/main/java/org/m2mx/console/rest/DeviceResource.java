package org.m2mx.console.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.subscriber.Subscribers;

/** Where a subscriber is registered now. */
@Path("/isps/{domain}/subscribers/{user}/devices")
@RequestScoped
@Produces(MediaType.APPLICATION_JSON)
public class DeviceResource {
  private final Subscribers subscribers;
  private final Devices devices;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public DeviceResource() {
    this(null, null);
  }

  /**
   * @param subscribers whose devices they are
   * @param devices the devices
   */
  @Inject
  public DeviceResource(Subscribers subscribers, Devices devices) {
    this.subscribers = subscribers;
    this.devices = devices;
  }

  /**
   * A registered device.
   *
   * @param key tells a subscriber's devices apart
   * @param contact the contact URI
   * @param instanceId the device's own identity; missing when it gave none
   * @param userAgent what it calls itself; missing when it does not say
   * @param source the address and port it comes from
   * @param transport the transport it comes over
   * @param since since when without a break
   * @param refreshed when it registered last
   * @param expires when it ends by itself
   */
  public record DeviceView(
      String key,
      String contact,
      String instanceId,
      String userAgent,
      String source,
      String transport,
      Instant since,
      Instant refreshed,
      Instant expires) {
    static DeviceView of(Binding binding) {
      return new DeviceView(
          binding.key(),
          binding.contact(),
          binding.instanceId(),
          binding.userAgent(),
          binding.source(),
          binding.transport(),
          binding.created(),
          binding.refreshed(),
          binding.expires());
    }
  }

  /** A subscriber's registered devices, the preferred first. */
  public record DeviceList(List<DeviceView> items) {}

  @GET
  @Does(value = "A subscriber's registered devices, the preferred first.", gives = DeviceList.class)
  public DeviceList list(@PathParam("domain") String domain, @PathParam("user") String user) {
    var aor = Parameters.aor(domain, user);
    subscribers.require(aor);
    return new DeviceList(devices.of(aor).stream().map(DeviceView::of).toList());
  }

  @DELETE
  @Path("/{key}")
  @Does(
      value = "Deregisters a device. It may register again, unless its password is replaced.",
      status = 204)
  public void deregister(
      @PathParam("domain") String domain,
      @PathParam("user") String user,
      @PathParam("key") String key) {
    devices.deregister(Parameters.aor(domain, user), key);
  }
}
