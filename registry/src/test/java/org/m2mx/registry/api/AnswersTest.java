package org.m2mx.registry.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.m2mx.registry.testing.Registry.NOBODY;
import static org.m2mx.registry.testing.Registry.password;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import org.m2mx.registry.TakenException;
import org.m2mx.registry.credential.Token;
import org.m2mx.registry.testing.Registry;
import org.m2mx.registry.testing.RegistryDatabase;

@ParameterizedClass
@EnumSource
class AnswersTest {
  private static final byte[] REQUEST = "open nobody".getBytes(UTF_8);
  private static final String SECRET = "a password made for nobody";

  @Parameter RegistryDatabase.Kind kind;

  private final AtomicInteger done = new AtomicInteger();

  private Registry registry;
  private Token token;
  private ApiKey key;

  @BeforeEach
  void open() {
    registry = new Registry(kind).withSubscribers();
    token =
        registry.database.call(
            () ->
                registry.keys.make(
                    "m2m-x.example", "billing", Scope.WRITE, Registry.NOW.plusSeconds(60)));
    key = registry.database.call(() -> registry.keys.use(token)).orElseThrow();
  }

  @Test
  void theSameRequestIsDoneOnceAndGetsTheSameAnswer() {
    assertThat(once("a", REQUEST, this::openNobody).repeated()).isFalse();
    var again = once("a", REQUEST, this::openNobody);
    assertThat(again.repeated()).isTrue();
    assertThat(new String(again.content(), UTF_8)).isEqualTo(SECRET);
    assertThat(done).hasValue(1);
    assertThatExceptionOfType(OtherRequestException.class)
        .isThrownBy(() -> once("a", "another".getBytes(UTF_8), this::openNobody));
    assertThat(done).hasValue(1);
  }

  @Test
  void whatFailsIsUndoneAndMayBeTriedAgain() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                once(
                    "a",
                    REQUEST,
                    () -> {
                      openNobody();
                      throw new IllegalStateException("too late");
                    }));
    assertThat(registry.database.call(() -> registry.subscribers.find(NOBODY))).isEmpty();
    assertThat(once("a", REQUEST, this::openNobody).repeated()).isFalse();
  }

  @Test
  void ofManyAtOnceOneIsDone() throws Exception {
    var attempts = 6;
    var threads = Executors.newFixedThreadPool(attempts);
    try {
      Callable<String> attempt =
          () -> {
            try {
              return new String(once("a", REQUEST, this::openNobody).content(), UTF_8);
            } catch (TakenException e) {
              return SECRET;
            }
          };
      for (var outcome : threads.invokeAll(Collections.nCopies(attempts, attempt))) {
        assertThat(outcome.get()).isEqualTo(SECRET);
      }
      assertThat(done).hasValue(1);
    } finally {
      threads.shutdown();
    }
  }

  @Test
  void anAnswerIsSealedAndForgottenAfterADay() throws Exception {
    once("a", REQUEST, this::openNobody);
    try (var connection = registry.database.dataSource().getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("select sealed from api_answer")) {
      assertThat(row.next()).isTrue();
      assertThat(new String(row.getBytes(1), StandardCharsets.ISO_8859_1)).doesNotContain(SECRET);
    }
    var later = Registry.NOW.plus(Answers.KEPT).plus(Duration.ofSeconds(1));
    var then = registry.answersAt(Clock.fixed(later, ZoneOffset.UTC));
    var answer =
        registry.database.call(() -> then.once(token, key, "a", REQUEST, () -> new byte[] {1}));
    assertThat(answer.repeated()).isFalse();
  }

  private byte[] openNobody() {
    registry.subscribers.open(NOBODY, password("nobody"), false);
    done.incrementAndGet();
    return SECRET.getBytes(UTF_8);
  }

  private Answers.Answer once(String name, byte[] request, Supplier<byte[]> work) {
    return registry.database.call(() -> registry.answers.once(token, key, name, request, work));
  }
}
