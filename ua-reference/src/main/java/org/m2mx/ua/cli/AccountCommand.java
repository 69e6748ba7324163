package org.m2mx.ua.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.m2mx.ua.UserAgentException;
import org.m2mx.ua.UserAgentException.Reason;
import org.m2mx.ua.account.Account;
import org.m2mx.ua.account.AccountFile;
import org.m2mx.ua.account.AccountText;
import org.m2mx.ua.account.ProvisioningLink;
import org.m2mx.ua.device.OwnerFile;
import org.m2mx.ua.sdp.Fingerprint;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code m2mx-ua account}: from what the ISP gives out to an account file, and on. */
@Command(
    name = "account",
    description = "Imports an account, shows it, and hands it on.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(import | show | qr)",
    footer = {
      "",
      "Examples:",
      "  m2mx-ua account import https://console.m2m-x.example/console/account/…",
      "  m2mx-ua account import ~/Downloads/video.json --account video.json",
      "  m2mx-ua account show",
      "  m2mx-ua account qr",
    })
final class AccountCommand {
  private AccountCommand() {}

  static CommandLine create(Terminal terminal) {
    return new CommandLine(new AccountCommand())
        .addSubcommand(new ImportCommand(terminal))
        .addSubcommand(new ShowCommand(terminal))
        .addSubcommand(new QrCommand(terminal));
  }

  @Command(
      name = "import",
      description = "Makes the account file from what the ISP gave out.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "A link can be used once. So the file that is to be made is looked at first: it",
        "must not be there, unless --force is given, and its folder must be writable.",
        "",
        "Examples:",
        "  m2mx-ua account import https://console.m2m-x.example/console/account/…",
        "  m2mx-ua account import video.json --account ~/.config/m2mx/account.json",
        "  zbarimg -q --raw sheet.png | m2mx-ua account import -",
      })
  private static final class ImportCommand implements Callable<Integer> {
    /** Far above any account, link or text. */
    private static final int MOST = 1 << 20;

    private final Terminal terminal;

    @Mixin private AccountOptions account = new AccountOptions();

    @Parameters(
        paramLabel = "SOURCE",
        description =
            "A link (https://…), the text of a QR code (m2mx:…), a file, or - for standard input"
                + " that holds one of these.")
    private String source;

    @Option(
        names = "--trust",
        paramLabel = "FILE",
        description =
            "Certificates in PEM form: the only ones that may vouch for the server of a link"
                + " (default: those that Java trusts).")
    private Path trust;

    @Option(names = "--force", description = "Replace an account file that is there.")
    private boolean force;

    ImportCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException, InterruptedException {
      List<X509Certificate> trusted =
          trust == null ? List.of() : AccountFile.readCertificates(trust);
      Path file = account.path().toAbsolutePath();
      prepare(file);
      Account read = read(trusted);
      try {
        OwnerFile.write(file, AccountFile.text(read));
      } catch (IOException e) {
        throw notWritten(file, e);
      }
      terminal.result(AccountCommand.describe(read, file, false));
      return ExitCode.OK;
    }

    /** Before a link is spent. */
    private void prepare(Path file) throws UserAgentException {
      if (Files.exists(file) && !force) {
        throw new UserAgentException(
            Reason.ACCOUNT_FILE,
            "There is an account file " + file + " already",
            "Give another with --account FILE, or replace it with --force");
      }
      try {
        Files.createDirectories(file.getParent());
        Files.delete(Files.createTempFile(file.getParent(), "account", ".try"));
      } catch (IOException e) {
        throw notWritten(file, e);
      }
    }

    private static UserAgentException notWritten(Path file, IOException e) {
      return new UserAgentException(
          Reason.ACCOUNT_FILE,
          "The account file " + file + " cannot be written (" + e.getMessage() + ")",
          "Give another place with --account FILE",
          e);
    }

    private Account read(List<X509Certificate> trusted)
        throws UserAgentException, InterruptedException {
      if (!source.equals("-")) {
        return isText(source) ? parse(source, trusted) : AccountFile.read(Path.of(source));
      }
      byte[] bytes;
      try {
        bytes = terminal.in().readNBytes(MOST);
      } catch (IOException e) {
        throw new UserAgentException(
            Reason.ACCOUNT_FILE,
            "Standard input cannot be read (" + e.getMessage() + ")",
            "Give a file",
            e);
      }
      String text = new String(bytes, StandardCharsets.UTF_8).strip();
      return isText(text) ? parse(text, trusted) : AccountFile.parse(bytes, "Standard input");
    }

    private static boolean isText(String text) {
      return ProvisioningLink.isOne(text) || AccountText.isOne(text);
    }

    private static Account parse(String text, List<X509Certificate> trusted)
        throws UserAgentException, InterruptedException {
      return ProvisioningLink.isOne(text)
          ? ProvisioningLink.parse(text).redeem(trusted)
          : AccountText.parse(text);
    }
  }

  @Command(
      name = "show",
      description = "Shows what is in the account file, the password only when asked for.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "Examples:",
        "  m2mx-ua account show",
        "  m2mx-ua account show --account video.json --secret",
      })
  private static final class ShowCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private AccountOptions account = new AccountOptions();

    @Option(names = "--secret", description = "Show the password too.")
    private boolean secret;

    ShowCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException {
      terminal.result(
          AccountCommand.describe(account.readAccount(), account.path().toAbsolutePath(), secret));
      return ExitCode.OK;
    }
  }

  @Command(
      name = "qr",
      description = "Draws the account as a QR code, for another device to scan.",
      mixinStandardHelpOptions = true,
      footer = {
        "",
        "The code holds the password: whoever sees it has the account.",
        "",
        "Examples:",
        "  m2mx-ua account qr",
        "  m2mx-ua account qr --light        on a screen with a light background",
      })
  private static final class QrCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin private AccountOptions account = new AccountOptions();

    @Option(names = "--light", description = "The screen shows dark characters on light ground.")
    private boolean light;

    QrCommand(Terminal terminal) {
      this.terminal = terminal;
    }

    @Override
    public Integer call() throws UserAgentException {
      String text = AccountText.of(account.readAccount());
      List<String> rows;
      try {
        rows = QrCode.rows(text, light);
      } catch (IllegalArgumentException e) {
        throw new UserAgentException(
            Reason.ACCOUNT_FILE,
            "The account is " + e.getMessage(),
            "Hand the file on, or have the operator use a smaller certificate",
            e);
      }
      terminal.tell(
          Event.of(
                  Event.Kind.WARNING,
                  "warning: the code holds the password; whoever sees it has the account")
              .with("message", "the code holds the password; whoever sees it has the account"));
      terminal.result(
          Event.of(Event.Kind.QR, String.join(System.lineSeparator(), rows))
              .with("text", text)
              .with("rows", rows));
      return ExitCode.OK;
    }
  }

  private static Event describe(Account account, Path file, boolean secret) {
    List<String> anchors =
        account.trustAnchors().stream()
            .map(
                anchor ->
                    anchor.getSubjectX500Principal().getName()
                        + ", until "
                        + anchor.getNotAfter().toInstant()
                        + ", "
                        + Fingerprint.of(anchor))
            .toList();
    String text =
        "file          "
            + file
            + "\nname          "
            + account.aor()
            + "\nserver        "
            + account.server()
            + "\npassword      "
            + (secret ? account.password() : "(hidden; --secret shows it)")
            + anchors.stream()
                .map(anchor -> "\ntrust anchor  " + anchor)
                .collect(Collectors.joining());
    return Event.of(Event.Kind.ACCOUNT, text)
        .with("aor", account.aor())
        .with("server", account.server())
        .with("password", secret ? account.password() : null)
        .with("trustAnchors", anchors)
        .with("path", file);
  }
}
