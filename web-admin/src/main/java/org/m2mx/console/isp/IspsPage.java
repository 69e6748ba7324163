package org.m2mx.console.isp;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.isp.Isp;
import org.m2mx.registry.isp.Isps;

/** All ISPs, and the form that opens one. */
@Named
@RequestScoped
public class IspsPage {
  private static final String NAME = "open:name";
  private static final String DOMAIN = "open:domain";

  private final Isps isps;
  private final Texts texts;

  private List<Isp> list;
  private String name;
  private String domain;

  /** For the client proxy only. */
  protected IspsPage() {
    this(null, null);
  }

  /**
   * @param isps the ISPs
   * @param texts what to say
   */
  @Inject
  public IspsPage(Isps isps, Texts texts) {
    this.isps = isps;
    this.texts = texts;
  }

  /** All ISPs in the order of their domains. */
  public List<Isp> getList() {
    if (list == null) {
      list = isps.list();
    }
    return list;
  }

  /** Opens the ISP of the form. */
  public void open() {
    try {
      var isp = isps.open(name, domain);
      texts.done("isp.opened", isp.name(), isp.domain());
      list = null;
      name = null;
      domain = null;
    } catch (TakenException e) {
      texts.wrong(DOMAIN, "isp.taken");
    } catch (IllegalArgumentException e) {
      // The domain's validator has passed the domain: it is the name, blank perhaps.
      texts.wrong(NAME, "isp.name.invalid", Isps.MAX_NAME_LENGTH);
    }
  }

  public String getName() {
    return name;
  }

  public void setName(String name) {
    this.name = name;
  }

  public String getDomain() {
    return domain;
  }

  public void setDomain(String domain) {
    this.domain = domain;
  }
}
