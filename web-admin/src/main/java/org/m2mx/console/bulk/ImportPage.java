package org.m2mx.console.bulk;

import jakarta.faces.context.FacesContext;
import jakarta.faces.view.ViewScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Part;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.m2mx.console.signin.SignedIn;
import org.m2mx.console.text.Texts;
import org.m2mx.registry.StaleException;
import org.m2mx.registry.bulk.BulkImport;
import org.m2mx.registry.bulk.BulkImport.State;
import org.m2mx.registry.bulk.Imports;
import org.m2mx.registry.bulk.Problem;
import org.m2mx.registry.isp.Isps;

/** Where an ISP's subscribers come in by the file. */
@Named
@ViewScoped
// What is injected are the container's proxies, which are serialisable whatever their types say.
@SuppressWarnings("serial")
public class ImportPage implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int NOT_FOUND = 404;
  private static final int LISTED = 20;
  private static final int PROBLEMS_SHOWN = 200;
  private static final String FILE = "upload:file";

  private final Isps isps;
  private final Imports imports;
  private final ImportJobs jobs;
  private final SignedIn signedIn;
  private final Texts texts;
  private final int largest;

  private String domain;
  private String id;
  private transient Part file;
  private boolean opening;
  private transient BulkImport shown;

  /** For the client proxy only. */
  protected ImportPage() {
    this(null, null, null, null, null, 0);
  }

  /**
   * @param isps whose subscribers come in
   * @param imports takes files
   * @param jobs reads them
   * @param signedIn who brings them
   * @param texts what to say
   * @param largest {@code m2mx.import.max-octets}: the largest file, default 8 MiB
   */
  @Inject
  public ImportPage(
      Isps isps,
      Imports imports,
      ImportJobs jobs,
      SignedIn signedIn,
      Texts texts,
      @ConfigProperty(name = "m2mx.import.max-octets", defaultValue = "8388608") int largest) {
    this.isps = isps;
    this.imports = imports;
    this.jobs = jobs;
    this.signedIn = signedIn;
    this.texts = texts;
    this.largest = largest;
  }

  /** Answers 404 when the address names no ISP, or no import of its. */
  public void load() throws IOException {
    if (domain == null || isps.find(domain).isEmpty() || id != null && getShown() == null) {
      var faces = FacesContext.getCurrentInstance();
      faces.getExternalContext().responseSendError(NOT_FOUND, null);
      faces.responseComplete();
    }
  }

  /** Takes the file of the form in, and leads to what becomes of it. */
  public String upload() throws IOException {
    if (file.getSize() > largest) {
      texts.wrong(FILE, "import.file.large", largest / 1024);
      return null;
    }
    try (var content = file.getInputStream()) {
      var name = Objects.requireNonNullElse(file.getSubmittedFileName(), "");
      var begun = jobs.check(isps.require(domain).domains(), name, content.readAllBytes());
      return "/import?faces-redirect=true&domain=" + begun.domain() + "&import=" + begun.id();
    } catch (BusyException e) {
      texts.wrong(FILE, "import.busy");
      return null;
    }
  }

  /** Opens the accounts. */
  public void open() {
    try {
      jobs.open(domain, getShown().id());
      opening = true;
    } catch (BusyException e) {
      texts.refused("import.busy");
    }
  }

  /** Looks how far it is. */
  public void look() {
    shown = null;
    if (opening && !isRunning()) {
      opening = false;
      shown = null;
      switch (getShown().state()) {
        case IMPORTED -> texts.done("import.opened", getShown().lines());
        case REFUSED -> texts.refused("import.refused.late");
        default -> texts.refused("import.failed");
      }
    }
  }

  /** Removes an import of which nothing came, and leads to the others. */
  public String discard() {
    try {
      imports.discard(domain, getShown().id());
    } catch (StaleException e) {
      shown = null;
      texts.refused("import.changed");
      return null;
    }
    return "/import?faces-redirect=true&domain=" + domain;
  }

  /** Forgets the links: the file with them has arrived. */
  public void forget() {
    imports.forgetLinks(domain, getShown().id());
    shown = null;
    texts.done("import.links.forgotten");
  }

  /** The import that the address names; null when it names none, or none of this ISP's. */
  public BulkImport getShown() {
    if (shown == null && id != null) {
      shown = key().flatMap(key -> imports.find(domain, key)).orElse(null);
    }
    return shown;
  }

  private Optional<UUID> key() {
    try {
      return Optional.of(UUID.fromString(id));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether it is being worked at, here or by another server. */
  public boolean isRunning() {
    return getShown() != null
        && (getShown().state() == State.CHECKING || jobs.percent(getShown().id()).isPresent());
  }

  /** Whether the file is being read, and not its accounts opened. */
  public boolean isReading() {
    return getShown().state() == State.CHECKING;
  }

  /** How far it is, in per cent. */
  public int getPercent() {
    return jobs.percent(getShown().id()).orElse(0);
  }

  /** The first of what is wrong with the file. */
  public List<Problem> getProblems() {
    return imports.problems(domain, getShown().id(), 0, PROBLEMS_SHOWN);
  }

  /** Whether there is more wrong than is shown. */
  public boolean isMoreProblems() {
    return getShown().problems() > PROBLEMS_SHOWN;
  }

  /** What a problem means, and what to do. */
  public String explain(Problem problem) {
    return texts.get(ProblemTexts.key(problem), problem.detail());
  }

  /** The latest imports. */
  public List<BulkImport> getList() {
    return imports.list(domain, LISTED);
  }

  /** Whether whoever looks may bring files. */
  public boolean isMayChange() {
    return signedIn.mayChange(domain);
  }

  public String getDomain() {
    return domain;
  }

  public void setDomain(String domain) {
    this.domain = domain == null ? null : domain.toLowerCase(Locale.ROOT);
  }

  public String getId() {
    return id;
  }

  public void setId(String id) {
    this.id = id;
  }

  public Part getFile() {
    return file;
  }

  public void setFile(Part file) {
    this.file = file;
  }
}
