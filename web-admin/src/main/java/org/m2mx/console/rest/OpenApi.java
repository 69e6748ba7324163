package org.m2mx.console.rest;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.validation.constraints.NotNull;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.m2mx.console.form.Fits;
import org.m2mx.console.problem.Problem;
import org.m2mx.console.problem.Problem.Kind;
import org.m2mx.console.text.Texts;

/** The description of the API for programs that make programs, in OpenAPI 3.0. */
@ApplicationScoped
public class OpenApi {
  private static final String PROBLEM = "Problem";

  private final Texts texts;

  /** For the client proxy only. */
  protected OpenApi() {
    this(null);
  }

  /**
   * @param texts say what fields must be like
   */
  @Inject
  public OpenApi(Texts texts) {
    this.texts = texts;
  }

  /**
   * The document.
   *
   * @param server where the API is, as those see it who ask
   */
  public JsonObject document(String server) {
    var schemas = new TreeMap<String, JsonObject>();
    schemas.put(PROBLEM, problem());
    var paths = new TreeMap<String, JsonObjectBuilder>();
    for (var operation : Operation.all()) {
      paths
          .computeIfAbsent(operation.path(), path -> Json.createObjectBuilder())
          .add(operation.method().toLowerCase(Locale.ROOT), describe(operation, schemas));
    }
    var pathsJson = Json.createObjectBuilder();
    paths.forEach(pathsJson::add);
    var schemasJson = Json.createObjectBuilder();
    schemas.forEach(schemasJson::add);
    return Json.createObjectBuilder()
        .add("openapi", "3.0.3")
        .add(
            "info",
            Json.createObjectBuilder()
                .add("title", "m2mx")
                .add(
                    "description",
                    "ISPs, their subscribers, and who may call whom. A parameter of the query or a"
                        + " field that an operation does not describe is refused with 400.")
                .add("version", "1"))
        .add("servers", Json.createArrayBuilder().add(object("url", server)))
        .add(
            "security",
            Json.createArrayBuilder()
                .add(Json.createObjectBuilder().add("key", Json.createArrayBuilder())))
        .add("paths", pathsJson)
        .add(
            "components",
            Json.createObjectBuilder()
                .add(
                    "securitySchemes",
                    Json.createObjectBuilder()
                        .add("key", object("type", "http", "scheme", "bearer")))
                .add("schemas", schemasJson))
        .build();
  }

  private JsonObjectBuilder describe(Operation operation, Map<String, JsonObject> schemas) {
    var parameters = Json.createArrayBuilder();
    operation.pathParameters().forEach(name -> parameters.add(parameter(name, "path", true)));
    operation.queryParameters().forEach(name -> parameters.add(parameter(name, "query", false)));
    operation
        .headers()
        .forEach(name -> parameters.add(parameter(name, "header", !name.equals(Once.HEADER))));
    var json =
        Json.createObjectBuilder()
            .add("summary", operation.summary())
            .add("parameters", parameters);
    operation
        .body()
        .ifPresent(
            body ->
                json.add(
                    "requestBody",
                    Json.createObjectBuilder()
                        .add("required", true)
                        .add("content", content("application/json", reference(body, schemas)))));
    var well = Json.createObjectBuilder().add("description", "It went well.");
    operation
        .answer()
        .ifPresent(
            answer -> well.add("content", content("application/json", reference(answer, schemas))));
    return json.add(
        "responses",
        Json.createObjectBuilder()
            .add(Integer.toString(operation.status()), well)
            .add(
                "default",
                Json.createObjectBuilder()
                    .add("description", "It did not; type says why.")
                    .add("content", content(Problem.MEDIA_TYPE, reference(PROBLEM)))));
  }

  private static JsonObjectBuilder parameter(String name, String place, boolean required) {
    return object("name", name, "in", place)
        .add("required", required)
        .add("schema", object("type", "string"));
  }

  private static JsonObjectBuilder content(String mediaType, JsonObjectBuilder schema) {
    return Json.createObjectBuilder()
        .add(mediaType, Json.createObjectBuilder().add("schema", schema));
  }

  private JsonObjectBuilder reference(Class<?> type, Map<String, JsonObject> schemas) {
    var name = type.getSimpleName();
    if (!schemas.containsKey(name)) {
      schemas.put(name, JsonObject.EMPTY_JSON_OBJECT);
      schemas.put(name, schema(type, schemas));
    }
    return reference(name);
  }

  private static JsonObjectBuilder reference(String name) {
    return object("$ref", "#/components/schemas/" + name);
  }

  private JsonObject schema(Class<?> type, Map<String, JsonObject> schemas) {
    var properties = Json.createObjectBuilder();
    for (var component : type.getRecordComponents()) {
      var property = property(component.getGenericType(), schemas);
      rule(component, property);
      properties.add(component.getName(), property);
    }
    var json =
        object("type", "object").add("additionalProperties", false).add("properties", properties);
    var required = required(type);
    if (!required.isEmpty()) {
      json.add("required", array(required));
    }
    return json.build();
  }

  private void rule(RecordComponent component, JsonObjectBuilder property) {
    var fits = component.getAnnotation(Fits.class);
    if (fits != null) {
      property.add(
          "description", texts.in(Locale.ENGLISH, fits.value().key(), fits.value().arguments()));
    }
  }

  private static List<String> required(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .filter(
            component ->
                component.getType().isPrimitive()
                    || component.getAccessor().isAnnotationPresent(NotNull.class))
        .map(RecordComponent::getName)
        .toList();
  }

  private JsonObjectBuilder property(Type type, Map<String, JsonObject> schemas) {
    if (type instanceof ParameterizedType generic) {
      var arguments = generic.getActualTypeArguments();
      return generic.getRawType() == List.class
          ? object("type", "array").add("items", property(arguments[0], schemas))
          : object("type", "object").add("additionalProperties", property(arguments[1], schemas));
    }
    var simple = (Class<?>) type;
    if (simple.isRecord()) {
      return reference(simple, schemas);
    } else if (simple.isEnum()) {
      return object("type", "string")
          .add(
              "enum",
              array(Arrays.stream(simple.getEnumConstants()).map(Object::toString).toList()));
    } else if (simple == Instant.class) {
      return object("type", "string", "format", "date-time");
    } else if (simple == boolean.class || simple == Boolean.class) {
      return object("type", "boolean");
    } else if (simple == int.class || simple == long.class || simple == Integer.class) {
      return object("type", "integer");
    }
    return object("type", "string");
  }

  private static JsonObject problem() {
    var text = object("type", "string").build();
    return object("type", "object")
        .add(
            "properties",
            Json.createObjectBuilder()
                .add(
                    "type",
                    object("type", "string")
                        .add(
                            "enum",
                            array(Arrays.stream(Kind.values()).map(Kind::type).toList())
                                .add("about:blank")))
                .add("title", text)
                .add("status", object("type", "integer"))
                .add("detail", text)
                .add(
                    "errors",
                    object("type", "array")
                        .add(
                            "items",
                            object("type", "object")
                                .add(
                                    "properties",
                                    Json.createObjectBuilder()
                                        .add("field", text)
                                        .add("message", text)))))
        .build();
  }

  private static JsonArrayBuilder array(List<String> texts) {
    var array = Json.createArrayBuilder();
    texts.forEach(array::add);
    return array;
  }

  private static JsonObjectBuilder object(String... namesAndValues) {
    var object = Json.createObjectBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }
}
