package org.m2mx.console.subscriber;

import java.io.Serializable;
import java.time.LocalDate;
import java.util.List;
import org.m2mx.console.permission.LastDay;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.Aor;
import org.m2mx.registry.NotFoundException;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.binding.Binding;
import org.m2mx.registry.binding.Devices;
import org.m2mx.registry.permission.Callers;
import org.m2mx.registry.permission.ListFullException;
import org.m2mx.registry.permission.Permission;
import org.m2mx.registry.permission.Permissions;

/** A subscriber's devices, and who may call it: on its operator's page and on its own. */
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public abstract class ListsOfSubscriber implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String CALLER = "permit:caller";
  private static final String ENDS = "permit:ends";

  private final Permissions permissions;
  private final Devices devices;
  private final Texts texts;

  private transient Callers callers;
  private LocalDate ends;
  private transient List<Permission> permitted;
  private transient List<Binding> registered;

  /**
   * @param permissions who may call it
   * @param devices where it is
   * @param texts what to say
   */
  protected ListsOfSubscriber(Permissions permissions, Devices devices, Texts texts) {
    this.permissions = permissions;
    this.devices = devices;
    this.texts = texts;
  }

  /** Whose lists they are. */
  public abstract Aor getAor();

  /** Who may call it. */
  public List<Permission> getPermitted() {
    if (permitted == null) {
      permitted = permissions.list(getAor());
    }
    return permitted;
  }

  /** Where it is. */
  public List<Binding> getDevices() {
    if (registered == null) {
      registered = devices.of(getAor());
    }
    return registered;
  }

  /** Looks again where it is. */
  public void refresh() {
    registered = null;
  }

  /** Ends a device's registration. */
  public void deregister(String key) {
    try {
      devices.deregister(getAor(), key);
      texts.done("device.deregistered");
    } catch (NotFoundException e) {
      texts.refused("device.gone");
    }
    registered = null;
  }

  /** Lets the caller of the form call. */
  public void permit() {
    if (callers.equals(Callers.one(getAor()))) {
      texts.wrong(CALLER, "permission.self");
      return;
    }
    try {
      give();
    } catch (NotFoundException e) {
      texts.wrong(CALLER, "callers.no-group");
      return;
    } catch (ListFullException e) {
      texts.wrong(CALLER, "permission.full", e.limit());
      return;
    } catch (IllegalArgumentException e) {
      texts.wrong(ENDS, "permission.ends.past");
      return;
    }
    texts.done("permission.given", callers);
    callers = null;
    ends = null;
    permitted = null;
  }

  private void give() {
    var end = LastDay.end(ends);
    try {
      permissions.permit(callers, getAor(), end);
    } catch (TakenException e) {
      // Somebody else has just given it: there is nothing left to do but to set its end.
      permissions.permit(callers, getAor(), end);
    }
  }

  /** Takes a permission back. */
  public void revoke(Callers formerCallers) {
    permissions.revoke(formerCallers, getAor());
    texts.done("permission.taken", formerCallers);
    permitted = null;
  }

  public Callers getCallers() {
    return callers;
  }

  public void setCallers(Callers callers) {
    this.callers = callers;
  }

  public LocalDate getEnds() {
    return ends;
  }

  public void setEnds(LocalDate ends) {
    this.ends = ends;
  }
}
