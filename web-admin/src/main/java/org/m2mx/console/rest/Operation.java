package org.m2mx.console.rest;

import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.m2mx.console.rest.Does.Nothing;

/**
 * What a program can ask for, read off the methods that answer it.
 *
 * @param method the HTTP method
 * @param path relative to the API, with {@code {name}} for what varies
 * @param summary what it does, a sentence
 * @param status the status when it went well
 * @param pathParameters what varies in the path
 * @param queryParameters what may stand behind it
 * @param headers what is sent along
 * @param body what the body holds; empty when there is none
 * @param answer what comes back; empty when nothing does
 */
public record Operation(
    String method,
    String path,
    String summary,
    int status,
    List<String> pathParameters,
    List<String> queryParameters,
    List<String> headers,
    Optional<Class<? extends Record>> body,
    Optional<Class<? extends Record>> answer) {
  private static final List<Class<?>> RESOURCES =
      List.of(
          IspResource.class,
          SubscriberResource.class,
          PermissionResource.class,
          DeviceResource.class,
          CallResource.class,
          AuditResource.class);

  /** All of them, in the order of their paths. */
  public static List<Operation> all() {
    return RESOURCES.stream()
        .flatMap(resource -> Arrays.stream(resource.getDeclaredMethods()))
        .filter(method -> method.isAnnotationPresent(Does.class))
        .map(Operation::of)
        .sorted(Comparator.comparing(Operation::path).thenComparing(Operation::method))
        .toList();
  }

  /** The names of the fields that are sent. */
  public List<String> bodyFields() {
    return fields(body);
  }

  /** The names of the fields that come back. */
  public List<String> answerFields() {
    return fields(answer);
  }

  private static List<String> fields(Optional<Class<? extends Record>> type) {
    return type.stream()
        .flatMap(record -> Arrays.stream(record.getRecordComponents()))
        .map(RecordComponent::getName)
        .toList();
  }

  static List<Class<?>> resources() {
    return RESOURCES;
  }

  private static Operation of(Method method) {
    var does = method.getAnnotation(Does.class);
    var below = Optional.ofNullable(method.getAnnotation(Path.class)).map(Path::value).orElse("");
    return new Operation(
        verb(method),
        method.getDeclaringClass().getAnnotation(Path.class).value() + below,
        does.value(),
        does.status(),
        parameters(method)
            .filter(p -> p.isAnnotationPresent(PathParam.class))
            .map(p -> p.getAnnotation(PathParam.class).value())
            .toList(),
        List.of(does.query()),
        Stream.concat(
                parameters(method)
                    .filter(p -> p.isAnnotationPresent(HeaderParam.class))
                    .map(p -> p.getAnnotation(HeaderParam.class).value()),
                method.isAnnotationPresent(POST.class) ? Stream.of(Once.HEADER) : Stream.empty())
            .toList(),
        parameters(method)
            .filter(p -> p.getType().isRecord())
            .findFirst()
            .map(p -> p.getType().asSubclass(Record.class)),
        does.gives() == Nothing.class ? Optional.empty() : Optional.of(does.gives()));
  }

  private static Stream<Parameter> parameters(Method method) {
    return Arrays.stream(method.getParameters());
  }

  private static String verb(Method method) {
    return Arrays.stream(method.getAnnotations())
        .map(Annotation::annotationType)
        .flatMap(type -> Stream.ofNullable(type.getAnnotation(HttpMethod.class)))
        .map(HttpMethod::value)
        .findFirst()
        .orElseThrow();
  }
}
