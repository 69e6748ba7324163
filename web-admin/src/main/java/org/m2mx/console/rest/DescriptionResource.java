package org.m2mx.console.rest;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.m2mx.console.account.ConsoleAddress;

/** The API's description, for whoever asks: it holds nothing of anybody. */
@Path("/openapi.json")
@RequestScoped
public class DescriptionResource {
  private final OpenApi description;
  private final ConsoleAddress address;

  /** For the client proxy only; Jakarta REST wants to see it. */
  public DescriptionResource() {
    this(null, null);
  }

  /**
   * @param description describes the API
   * @param address where it is
   */
  @Inject
  public DescriptionResource(OpenApi description, ConsoleAddress address) {
    this.description = description;
    this.address = address;
  }

  @GET
  @Produces(MediaType.APPLICATION_JSON)
  public byte[] get() {
    return description.document(address.of(RestApplication.PATH)).toString().getBytes(UTF_8);
  }
}
