package org.m2mx.tests.sipcontainer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jboss.as.arquillian.container.ManagementClient;
import org.jboss.as.controller.client.helpers.Operations;
import org.jboss.dmr.ModelNode;

/** What the managed server holds in its memory, looked at from outside. */
final class ServerMemory {
  private static final Pattern THREAD = Pattern.compile("^\"(.*?)\" #", Pattern.MULTILINE);
  private static final Pattern NUMBER = Pattern.compile("\\d+");

  private final Path jcmd;
  private final String pid;

  private ServerMemory(Path jcmd, String pid) {
    this.jcmd = jcmd;
    this.pid = pid;
  }

  static ServerMemory of(ManagementClient server) throws IOException {
    ModelNode runtime =
        new ModelNode().add("core-service", "platform-mbean").add("type", "runtime");
    ModelNode answer =
        server
            .getControllerClient()
            .execute(Operations.createReadAttributeOperation(runtime, "name"));
    String pid = Operations.readResult(answer).asString().split("@")[0];
    String java =
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().info().command().orElseThrow();
    return new ServerMemory(Path.of(java).resolveSibling("jcmd"), pid);
  }

  /** How many instances of a class are reachable; the whole heap is collected to find out. */
  long reachable(String className) throws IOException, InterruptedException {
    Matcher line =
        Pattern.compile(
                "^ *\\d+: +(\\d+) +\\d+ +%s( |$)".formatted(Pattern.quote(className)),
                Pattern.MULTILINE)
            .matcher(ask("GC.class_histogram"));
    return line.find() ? Long.parseLong(line.group(1)) : 0;
  }

  /** How many threads there are of each name, numbers in names left out. */
  Map<String, Long> threads() throws IOException, InterruptedException {
    return THREAD
        .matcher(ask("Thread.print"))
        .results()
        .map(thread -> NUMBER.matcher(thread.group(1)).replaceAll("N"))
        .collect(groupingBy(name -> name, counting()));
  }

  private String ask(String command) throws IOException, InterruptedException {
    List<String> line = Arrays.asList(jcmd.toString(), pid, command);
    Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", line) + ": " + said);
    }
    return said;
  }
}
