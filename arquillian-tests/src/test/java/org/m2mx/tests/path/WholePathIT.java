package org.m2mx.tests.path;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.junit5.container.annotation.ArquillianTest;
import org.jboss.shrinkwrap.api.spec.EnterpriseArchive;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.m2mx.tests.service.M2mxEar;
import org.m2mx.tests.wire.AccountFile;
import org.m2mx.ua.testing.UserAgentProcess;
import org.w3c.dom.Document;

/** Two user agents as processes of their own, and the server between them. */
@ArquillianTest
@RunAsClient
class WholePathIT {
  private static final String VIDEO = "sip:video@m2m-x.example";

  @TempDir Path folder;

  @Deployment(testable = false)
  static EnterpriseArchive service() {
    return M2mxEar.asBuilt();
  }

  @Test
  void theDemoHolds() throws Exception {
    Path accounts = AccountFile.demo("mallory").path().getParent();
    try (UserAgentProcess demo =
        UserAgentProcess.start("demo", "--accounts", accounts.toString())) {
      assertThat(demo.exitCode()).as("%s%s", demo.stdout(), demo.stderr()).isZero();
      assertThat(demo.stdout())
          .containsSubsequence(
              "alice", "video", "404", "404", "200", "TLSv1.3", "16 MiB", "SHA-256", "0 bytes",
              "BYE");
    }
  }

  @Test
  void whatIsTypedComesBackFromAnEcho() throws Exception {
    byte[] spoken = new byte[300_000];
    new Random(1).nextBytes(spoken);
    try (UserAgentProcess listener = listener("--echo")) {
      try (UserAgentProcess caller = caller(AccountFile.demo("alice"))) {
        caller.type(spoken);

        assertThat(caller.exitCode()).as(caller.stderr()).isZero();
        assertThat(caller.stdoutBytes()).isEqualTo(spoken);
        assertThat(listener.stderr()).contains("alice");
      }
    }
  }

  @Test
  void whoMayNotCallLearnsNothing() throws Exception {
    try (UserAgentProcess listener = listener("--echo");
        UserAgentProcess refused = caller(AccountFile.demo("mallory"))) {
      assertThat(refused.exitCode()).isNotZero();
      assertThat(lastLine(refused)).contains("404").contains(VIDEO);
      assertThat(listener.stderr()).doesNotContain("mallory");
    }
  }

  @Test
  void aWrongPasswordIsSaidInOneLine() throws Exception {
    AccountFile wrong = AccountFile.demo("alice").with("password", "not the password", folder);

    assertFails(wrong, "password");
  }

  @Test
  void anUnknownKeyIsNamed() throws Exception {
    assertFails(AccountFile.demo("alice").with("pasword", "typo", folder), "pasword");
  }

  @Test
  void aServerThatIsNotThereIsNamed() throws Exception {
    assertFails(AccountFile.demo("alice").with("server", "[::1]:9", folder), "[::1]:9");
  }

  @Test
  void aCertificateThatDoesNotMatchIsRefused() throws Exception {
    Path store = folder.resolve("elsewhere.p12");
    keytool(store, "-genkeypair", "-keyalg", "EC", "-dname", "CN=elsewhere");
    String foreign = keytool(store, "-exportcert", "-rfc");

    assertFails(AccountFile.demo("alice").with("trustAnchor", foreign, folder), "certificate");
  }

  @Test
  void theServerPassesEveryCaseItIsHeldAgainst() throws Exception {
    Path report = folder.resolve("report.xml");
    try (UserAgentProcess listed = UserAgentProcess.start("check", "server", "--list");
        UserAgentProcess check =
            UserAgentProcess.start(
                "check",
                "server",
                "--patience",
                "60",
                "--account",
                AccountFile.demo("alice").path().toString(),
                "--peer",
                AccountFile.demo("video").path().toString(),
                "--stranger",
                AccountFile.demo("mallory").path().toString(),
                "--junit",
                report.toString())) {
      assertThat(listed.exitCode()).isZero();
      long cases = listed.stdout().lines().count();
      assertThat(cases).isGreaterThanOrEqualTo(23);
      assertThat(check.exitCode()).as("%s%s", check.stdout(), check.stderr()).isZero();
      assertThat(check.stdout()).contains(cases + " passed, 0 failed, 0 skipped");
      Document reported = parsed(report);
      assertThat(reported.getElementsByTagName("testcase").getLength()).isEqualTo((int) cases);
      assertThat(reported.getElementsByTagName("failure").getLength()).isZero();
      assertThat(reported.getElementsByTagName("skipped").getLength()).isZero();
    }
  }

  private static Document parsed(Path xml) throws Exception {
    return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(xml.toFile());
  }

  private static String keytool(Path store, String... command) throws Exception {
    List<String> arguments = new ArrayList<>();
    arguments.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    arguments.addAll(List.of(command));
    arguments.addAll(
        List.of("-alias", "one", "-keystore", store.toString(), "-storepass", "changeit"));
    Process process =
        new ProcessBuilder(arguments).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), US_ASCII);
    assertThat(process.waitFor()).as("keytool: %s", output).isZero();
    return output;
  }

  private void assertFails(AccountFile account, String telling) throws Exception {
    try (UserAgentProcess call = caller(account)) {
      assertThat(call.exitCode()).isNotZero();
      assertThat(lastLine(call)).contains(telling);
      assertThat(call.stderr()).doesNotContain("Exception").doesNotContain("\tat ");
    }
  }

  private static String lastLine(UserAgentProcess process) throws Exception {
    return process.stderr().lines().reduce("", (first, second) -> second);
  }

  private static UserAgentProcess caller(AccountFile account) throws Exception {
    return UserAgentProcess.start("call", "--account", account.path().toString(), VIDEO);
  }

  private static UserAgentProcess listener(String... options) throws Exception {
    String account = AccountFile.demo("video").path().toString();
    UserAgentProcess listener = UserAgentProcess.start("listen", options[0], "--account", account);
    listener.awaitProgress("egistered");
    return listener;
  }
}
