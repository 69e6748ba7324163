package org.m2mx.console.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.enterprise.concurrent.ManagedScheduledExecutorService;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.m2mx.console.signin.OnBehalf;
import org.m2mx.registry.access.Acting;
import org.m2mx.registry.access.Actor;
import org.m2mx.registry.access.Role;
import org.m2mx.registry.bulk.BulkImport;
import org.m2mx.registry.bulk.BulkImport.State;
import org.m2mx.registry.bulk.Imports;
import org.m2mx.registry.bulk.Line;

class ImportJobsTest {
  private final Queue<Runnable> aside = new ArrayDeque<>();
  private final Queue<Runnable> later = new ArrayDeque<>();
  private final Acting acting = new Acting();
  private final Away imports = new Away();
  private final ImportJobs jobs =
      new ImportJobs(
          imports,
          new OnBehalf(acting),
          threads(ManagedExecutorService.class, aside),
          threads(ManagedScheduledExecutorService.class, later),
          10);

  @Test
  void aFileWhoseDatabaseWentAwayIsInterruptedWhenItIsBack() throws BusyException {
    acting.<BusyException, RuntimeException>as(
        new Actor("clerk", Role.ISP_OPERATOR, "m2m-x.example", "192.0.2.1"),
        () -> jobs.check(List.of("m2m-x.example"), "homes.csv", "user\nalice\n".getBytes(UTF_8)));
    // The threads of what happens regularly read no file.
    assertThat(later).isEmpty();
    aside.remove().run();
    for (int i = 0; i < 2; i++) {
      assertThat(later).as("tries left after " + i).hasSize(1);
      later.remove().run();
    }
    assertThat(later).hasSize(1);
    imports.back = true;
    later.remove().run();
    assertThat(later).isEmpty();
    assertThat(aside).isEmpty();
    assertThat(imports.interruptedBy).containsExactly("clerk");
  }

  /** Runs nothing by itself. */
  private static <E> E threads(Class<E> kind, Queue<Runnable> work) {
    return kind.cast(
        Proxy.newProxyInstance(
            kind.getClassLoader(),
            new Class<?>[] {kind},
            (proxy, method, arguments) -> {
              work.add((Runnable) arguments[0]);
              return null;
            }));
  }

  private final class Away extends Imports {
    private final List<String> interruptedBy = new ArrayList<>();
    private boolean back;

    @Override
    public BulkImport begin(String domain, String fileName) {
      return new BulkImport(
          UUID.randomUUID(),
          domain,
          fileName,
          "clerk",
          Instant.EPOCH,
          Optional.empty(),
          State.CHECKING,
          0,
          0,
          Optional.empty());
    }

    @Override
    public BulkImport check(String domain, UUID id, Iterator<Line> lines) {
      throw new IllegalStateException("away");
    }

    @Override
    public void interrupt(String domain, UUID id) {
      if (!back) {
        throw new IllegalStateException("away");
      }
      interruptedBy.add(acting.required().name());
    }
  }
}
