package org.m2mx.console.rest;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonStructure;
import jakarta.json.JsonValue;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.m2mx.console.text.Texts;

class OpenApiTest {
  private final JsonObject document =
      new OpenApi(new Texts()).document("https://console.example/console/api/v1");

  @Test
  void everyResourceIsDescribedButTheDescription() throws IOException {
    try (var files = Files.list(java.nio.file.Path.of("src/main/java/org/m2mx/console/rest"))) {
      assertThat(
              files
                  .map(file -> file.getFileName().toString().replace(".java", ""))
                  .filter(name -> name.endsWith("Resource")))
          .containsExactlyInAnyOrderElementsOf(
              Stream.concat(
                      Operation.resources().stream().map(Class::getSimpleName),
                      Stream.of("DescriptionResource"))
                  .toList());
    }
  }

  @Test
  void everyMethodThatAnswersIsDescribed() {
    for (var resource : Operation.resources()) {
      for (var method : resource.getDeclaredMethods()) {
        var answers =
            Arrays.stream(method.getAnnotations())
                .anyMatch(mark -> mark.annotationType().isAnnotationPresent(HttpMethod.class));
        assertThat(method.isAnnotationPresent(Does.class)).as(method.toString()).isEqualTo(answers);
      }
      assertThat(resource.getAnnotation(Path.class).value()).startsWith("/");
    }
    assertThat(Operation.all()).hasSizeGreaterThan(15);
  }

  @Test
  void whatVariesInAPathIsAParameter() {
    var place = Pattern.compile("\\{(\\w+)}");
    for (var operation : Operation.all()) {
      assertThat(operation.pathParameters())
          .as(operation.path())
          .containsExactlyInAnyOrderElementsOf(
              place.matcher(operation.path()).results().map(found -> found.group(1)).toList());
    }
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    var schemas = document.getJsonObject("components").getJsonObject("schemas");
    assertThat(references(document))
        .isNotEmpty()
        .allSatisfy(
            reference ->
                assertThat(schemas).containsKey(reference.replace("#/components/schemas/", "")));
    assertThat(schemas.values()).doesNotContain(JsonObject.EMPTY_JSON_OBJECT);
  }

  @Test
  void fieldsSayWhatTheyMustBeLike() {
    var fields =
        document
            .getJsonObject("components")
            .getJsonObject("schemas")
            .getJsonObject("NewSubscriber");
    assertThat(fields.getJsonArray("required").getValuesAs(JsonString::getString))
        .containsExactly("user");
    assertThat(
            fields.getJsonObject("properties").getJsonObject("password").getString("description"))
        .isEqualTo("A password has 12 to 128 characters and no control characters.");
  }

  private static List<String> references(JsonValue value) {
    var found = new ArrayList<String>();
    if (value instanceof JsonObject object) {
      if (object.get("$ref") instanceof JsonString reference) {
        found.add(reference.getString());
      }
      object.values().forEach(member -> found.addAll(references(member)));
    } else if (value instanceof JsonStructure array) {
      array.asJsonArray().forEach(entry -> found.addAll(references(entry)));
    }
    return found;
  }
}
